"""Options in the database: five at most, no edit lost, and adoption through the same checks as any version."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from offers.actions.scenarios import (
    OptionContent,
    add_option,
    adopt_option,
    change_option,
    copy_option,
    remove_option,
)
from offers.core.errors import OptionChanged, ProposalChanged, TooManyOptions
from offers.core.pricing import Wish
from offers.models import Proposal, ProposalVersion, Scenario
from offers.queries.cases import renewal_case
from offers.queries.library import policy_in_force
from offers.queries.scenarios import scenarios_of, today_of, weigh
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.models import ContractLine, Renewal, Workspace
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def content(name: str = "Stay", **wish: object) -> OptionContent:
    return OptionContent(name=name, wish=Wish(**wish))


def add(scene: Scene, name: str = "Stay", **wish: object) -> Scenario:
    return add_option(renewal_id=scene.renewal.id, given=content(name, **wish), by=scene.people["anna"], now=NOW)


def adopt(scene: Scene, option: Scenario, *, seen: int = 0, by: str = "anna") -> ProposalVersion:
    return adopt_option(
        scenario_id=option.id,
        revision=option.revision,
        seen_number=seen,
        today=TODAY,
        by=scene.people[by],
        now=NOW,
    )


def test_options_get_letters_copies_get_names_and_a_sixth_is_refused(scene: Scene) -> None:
    first = add(scene)
    for _ in range(3):
        copy_option(scenario_id=first.id, by=scene.people["anna"], now=NOW)
    remove_option(scenario_id=first.id, revision=1, by=scene.people["anna"], now=NOW)
    assert add(scene, "Again").letter == "A"
    add(scene, "Last")
    names = [(row.letter, row.name) for row in scenarios_of(scene.renewal.id)]
    assert names == [
        ("A", "Again"),
        ("B", "Stay (copy)"),
        ("C", "Stay (copy 2)"),
        ("D", "Stay (copy 3)"),
        ("E", "Last"),
    ]
    with pytest.raises(TooManyOptions):
        add(scene, "Sixth")
    with pytest.raises(IntegrityError, match="scenario_letter_once"), transaction.atomic():
        Scenario.objects.filter(letter="E").update(letter="A")


def test_stale_edit_is_refused_and_the_same_edit_changes_nothing(scene: Scene) -> None:
    option = add(scene)
    for _ in range(2):
        changed = change_option(
            scenario_id=option.id, revision=1, given=content(term_months=24), by=scene.people["anna"], now=NOW
        )
        assert changed.revision == 2
    with pytest.raises(OptionChanged, match="Anna has edited option A"):
        change_option(scenario_id=option.id, revision=1, given=content("Mine"), by=scene.people["rita"], now=NOW)
    with pytest.raises(OptionChanged):
        remove_option(scenario_id=option.id, revision=1, by=scene.people["rita"], now=NOW)
    for _ in range(2):
        assert remove_option(scenario_id=option.id, revision=2, by=scene.people["rita"], now=NOW).removed_by == "Rita"
    with pytest.raises(OptionChanged, match="removed"):
        change_option(scenario_id=option.id, revision=2, given=content("Mine"), by=scene.people["anna"], now=NOW)


@pytest.mark.requirement(45)
def test_adopted_option_is_the_next_version_with_its_verdict(scene: Scene) -> None:
    ContractLine.objects.update(quantity=10)
    option = add(scene, "Fewer seats", quantities={"seats": Decimal(5)}, discount_percent=Decimal(8))
    for _ in range(2):
        version = adopt(scene, option)
    assert (version.number, version.note, str(version.net_amount)) == (1, "Option A: Fewer seats", "478.4000")
    assert (version.verdict["outcome"], version.wish["quantities"]) == ("needs_approval", {"seats": "5"})
    option.refresh_from_db()
    assert (option.adopted_version_id, option.adopted_by, ProposalVersion.objects.count()) == (version.id, "Anna", 1)


def test_option_over_a_newer_version_of_the_proposal_is_not_adopted(scene: Scene) -> None:
    option, other = add(scene), add(scene, "Other", term_months=24)
    adopt(scene, other)
    with pytest.raises(ProposalChanged):
        adopt(scene, option, by="rita")
    option.refresh_from_db()
    assert (option.adopted_version_id, adopt(scene, option, seen=1).number) == (None, 2)
    with pytest.raises(OptionChanged):
        adopt_option(scenario_id=option.id, revision=9, seen_number=2, today=TODAY, by=scene.people["anna"], now=NOW)


def test_what_cannot_be_is_refused_and_a_missing_price_is_told_in_its_place(scene: Scene) -> None:
    with pytest.raises(RequiredValueMissing):
        add(scene, "  ")
    with pytest.raises(UnknownReference):
        add_option(
            renewal_id=scene.renewal.id,
            given=OptionContent(name="X", wish=Wish(), offer_id=10**9),
            by=scene.people["anna"],
            now=NOW,
        )
    Renewal.objects.update(currency="SEK")
    case = renewal_case(scene.renewal.id, home_currency="EUR", today=TODAY)
    row = Renewal.objects.get()
    found = weigh(add(scene), case=case, policy=policy_in_force().policy, offers={}, today=today_of(case, row))
    assert (found.worth, "No rate from EUR to SEK" in found.error) == (None, True)
    Renewal.objects.update(stage="closed", forecast_category="closed", closed_on=NOW.date(), final_amount=1)
    with pytest.raises(StateNotAllowed):
        add(scene, "Late")
    assert Proposal.objects.count() == 0
