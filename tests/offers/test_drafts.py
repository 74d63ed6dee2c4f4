"""Drafts of the policy and of offers: kept right or wrong, handed in only right, published by a second person."""

from copy import deepcopy

import pytest

from offers.actions.drafts import (
    catch_up,
    change_draft,
    end_draft,
    publish_draft,
    set_offer_active,
    start_draft,
    start_offer_draft,
    submit_draft,
    take_back,
)
from offers.actions.shipped import publish_shipped_if_none
from offers.core.errors import (
    DraftChanged,
    DraftNotInState,
    DraftOpenAlready,
    DraftOutdated,
    NothingChanged,
    ProposalChanged,
    RulesHaveProblems,
    SecondPersonNeeded,
)
from offers.models import Offer, OfferVersion, PolicyVersion, RuleDraft
from offers.queries.library import policy_in_force, published_offers, shipped_offers
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.models import Workspace
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    publish_shipped_if_none(by=actor, now=NOW)
    return make_scene(inside, actor)


def policy_draft(scene: Scene, uplift: float = 5, *, hand_in: bool = True) -> RuleDraft:
    rita = scene.people["rita"]
    draft = start_draft(kind="policy", reason="Costs rise.", by=rita, now=NOW)
    content = draft.content | {"defaults": draft.content["defaults"] | {"uplift_percent": uplift}}
    draft = change_draft(draft_id=draft.id, revision=1, content=content, by=rita, now=NOW)
    return submit_draft(draft_id=draft.id, revision=draft.revision, by=rita, now=NOW) if hand_in else draft


def test_shipped_rules_are_published_once(scene: Scene, actor: Actor) -> None:
    assert publish_shipped_if_none(by=actor, now=NOW) == 0
    assert (PolicyVersion.objects.count(), Offer.objects.count()) == (1, len(shipped_offers()))


@pytest.mark.requirement(30)
def test_policy_is_published_by_a_second_person_alone(scene: Scene) -> None:
    draft = policy_draft(scene)
    with pytest.raises(SecondPersonNeeded):
        publish_draft(draft_id=draft.id, by=scene.people["rita"], now=NOW)
    publish_draft(draft_id=draft.id, by=scene.people["fred"], now=NOW)
    found = policy_in_force()
    assert (found.policy.number, str(found.policy.defaults.uplift_percent)) == (2, "5")
    with pytest.raises(DraftNotInState):
        publish_draft(draft_id=draft.id, by=scene.people["fay"], now=NOW)


def test_new_policy_needs_the_proposal_to_be_priced_again(scene: Scene) -> None:
    version = scene.keep(discount=3)
    publish_draft(draft_id=policy_draft(scene).id, by=scene.people["fred"], now=NOW)
    with pytest.raises(ProposalChanged, match="Policy 2"):
        scene.ask(version)
    again = scene.keep(discount=3, seen=1)
    assert (again.number, again.policy.number, str(again.policy_amount)) == (2, 2, "1050.00")


def test_draft_keeps_what_is_wrong_and_cannot_hand_it_in(scene: Scene) -> None:
    rita = scene.people["rita"]
    draft = start_draft(kind="policy", reason="Simpler.", by=rita, now=NOW)
    draft = change_draft(draft_id=draft.id, revision=1, content=draft.content | {"limits": []}, by=rita, now=NOW)
    assert (draft.revision, draft.content["limits"]) == (2, [])
    with pytest.raises(RulesHaveProblems, match="no limit"):
        submit_draft(draft_id=draft.id, revision=2, by=rita, now=NOW)


def test_draft_is_never_overwritten_unseen(scene: Scene) -> None:
    draft = policy_draft(scene, hand_in=False)
    with pytest.raises(DraftChanged):
        change_draft(draft_id=draft.id, revision=1, content={}, by=scene.people["fred"], now=NOW)
    with pytest.raises(DraftOpenAlready):
        start_draft(kind="policy", reason="Mine.", by=scene.people["fred"], now=NOW)


def test_draft_that_says_the_same_is_not_handed_in(scene: Scene) -> None:
    draft = start_draft(kind="policy", reason="Nothing.", by=scene.people["rita"], now=NOW)
    with pytest.raises(NothingChanged):
        submit_draft(draft_id=draft.id, revision=1, by=scene.people["rita"], now=NOW)


def test_draft_is_taken_back_refused_and_set_aside(scene: Scene) -> None:
    draft = policy_draft(scene)
    assert take_back(draft_id=draft.id, by=scene.people["rita"], now=NOW).state == "draft"
    with pytest.raises(RequiredValueMissing):
        end_draft(draft_id=draft.id, reason=" ", by=scene.people["rita"], now=NOW)
    assert end_draft(draft_id=draft.id, reason="No.", by=scene.people["rita"], now=NOW).state == "discarded"
    other = policy_draft(scene, 6)
    assert end_draft(draft_id=other.id, reason="Too dear.", by=scene.people["fred"], now=NOW).state == "rejected"


@pytest.mark.requirement(30)
def test_offer_gets_its_next_version_and_a_new_one_its_first(scene: Scene) -> None:
    rita, fred = scene.people["rita"], scene.people["fred"]
    offer = Offer.objects.get(key="multi_year")
    draft = start_offer_draft(offer_id=offer.id, reason="Clearer.", by=rita, now=NOW)
    change_draft(
        draft_id=draft.id, revision=1, content=draft.content | {"name": "Three years, fixed"}, by=rita, now=NOW
    )
    submit_draft(draft_id=draft.id, revision=2, by=rita, now=NOW)
    publish_draft(draft_id=draft.id, by=fred, now=NOW)
    newest = OfferVersion.objects.filter(offer=offer).order_by("-number").first()
    offer.refresh_from_db()
    assert (newest.number, offer.name) == (2, "Three years, fixed")
    table = newest.definition | {"key": "four_years"}
    new = start_offer_draft(offer_id=None, content=table, reason="New.", by=rita, now=NOW)
    submit_draft(draft_id=new.id, revision=1, by=rita, now=NOW)
    publish_draft(draft_id=new.id, by=fred, now=NOW)
    assert "four_years" in [each.offer.key for each in published_offers()]


def test_key_of_another_offer_is_refused(scene: Scene) -> None:
    table = shipped_offers()[0]
    draft = start_offer_draft(offer_id=None, content=table, reason="Again.", by=scene.people["rita"], now=NOW)
    with pytest.raises(RulesHaveProblems, match="has the key"):
        submit_draft(draft_id=draft.id, revision=1, by=scene.people["rita"], now=NOW)


def test_draft_from_an_older_version_is_outdated(scene: Scene) -> None:
    draft = policy_draft(scene)
    PolicyVersion.objects.create(
        workspace=scene.workspace, number=2, definition={}, published_at=NOW, published_by="x", reason="x"
    )
    with pytest.raises(DraftOutdated):
        publish_draft(draft_id=draft.id, by=scene.people["fred"], now=NOW)


def test_retired_offer_is_made_no_more(scene: Scene) -> None:
    offer = Offer.objects.get(key="multi_year")
    for _ in range(2):
        set_offer_active(offer_id=offer.id, is_active=False, by=scene.people["rita"], now=NOW)
    assert offer.key not in [each.offer.key for each in published_offers(is_active=True)]
    with pytest.raises(UnknownReference):
        set_offer_active(offer_id=10**9, is_active=False, by=scene.people["rita"], now=NOW)


@pytest.mark.requirement(30)
def test_draft_goes_on_on_top_of_a_version_published_meanwhile(scene: Scene) -> None:
    rita, fred = scene.people["rita"], scene.people["fred"]
    draft = start_draft(kind="policy", reason="Costs rose.", by=rita, now=NOW)
    mine = deepcopy(draft.content)
    mine["defaults"]["uplift_percent"] = 6
    change_draft(draft_id=draft.id, revision=1, content=mine, by=rita, now=NOW)
    theirs = deepcopy(draft.content)
    theirs["limits"][0]["free"] = 5
    PolicyVersion.objects.create(
        workspace_id=scene.workspace.id,
        number=draft.based_on_number + 1,
        definition=theirs,
        published_at=NOW,
        published_by="Fay",
        reason="Meanwhile.",
    )
    with pytest.raises(DraftOutdated):
        submit_draft(draft_id=draft.id, revision=2, by=rita, now=NOW)
    with pytest.raises(DraftChanged):
        catch_up(draft_id=draft.id, revision=1, by=rita, now=NOW)
    for revision in (2, 3):
        caught = catch_up(draft_id=draft.id, revision=revision, by=rita, now=NOW)
    assert caught.revision == 3
    assert (caught.content["defaults"]["uplift_percent"], caught.content["limits"][0]["free"]) == (6, 5)
    submit_draft(draft_id=draft.id, revision=3, by=rita, now=NOW)
    assert publish_draft(draft_id=draft.id, by=fred, now=NOW).published_number == draft.based_on_number + 2
