"""The proposals of the demo workspace: made once, as their owners would."""

from datetime import UTC, datetime

from offers.models import Concession, PriceRevision, Proposal, ProposalPart, Scenario, WalkAnswer
from playbooks.actions.demo_endings import end_some
from playbooks.actions.demo_negotiation import negotiate_some
from playbooks.actions.demo_proposals import propose_some
from renewals.core.actors import Actor
from renewals.core.roles import Role
from renewals.models import PersonSkills, Renewal, Workspace
from renewals.queries.running_on import planned_ends, running_on
from renewals.queries.win_backs import open_win_backs
from tests.offers.stories import make_scene
from tests.renewals.build import member, renewal

SOON = datetime(2026, 10, 1, 9, tzinfo=UTC)


def test_demo_proposals_are_made_once_and_only_approved_ones_presented(inside: Workspace, actor: Actor) -> None:
    scene = make_scene(inside, actor)
    assert [propose_some(by=actor, now=SOON) for _ in range(2)] == [1, 0]
    proposal = Proposal.objects.select_related("version").get()
    assert (proposal.renewal_id, proposal.state, proposal.version.number) == (scene.renewal.id, "presented", 1)


def test_demo_has_a_planned_end_one_that_runs_on_and_an_account_to_win_back(inside: Workspace, actor: Actor) -> None:
    rows = [renewal(actor, str(number)) for number in range(3)]
    for name, role in (("Rita", Role.RENEWAL_MANAGER), ("Fay", Role.FINANCE)):
        member(actor, name, role)
    assert end_some(by=actor, now=SOON) == 3
    assert planned_ends(row.id for row in rows) == {rows[0].id}
    assert [term.contract_id for term in running_on()] == [rows[1].contract_id]
    assert [review.renewal_id for review in open_win_backs()] == [rows[2].id]
    back, given = Proposal.objects.get(), Concession.objects.get()
    assert (back.is_win_back, back.state, given.is_win_back) == (True, "presented", True)
    ending = Renewal.objects.get(id=rows[0].id)
    assert (ending.forecast_category, ending.forecast_amount) == ("omitted", 0)


def test_demo_negotiation_is_alive_in_every_part(inside: Workspace, actor: Actor) -> None:
    make_scene(inside, actor, arr=90_000)
    renewal(actor, "2")
    member(actor, "Noor", Role.PRODUCT_VIEWER)
    assert negotiate_some(by=actor, now=SOON) == 10
    assert sorted(Scenario.objects.values_list("letter", flat=True)) == ["A", "B", "C"]
    assert (WalkAnswer.objects.count(), ProposalPart.objects.count()) == (2, 1)
    assert Concession.objects.filter(is_unnamed=False).count() == 3
    assert Proposal.objects.get().state == "signed"
    assert (PriceRevision.objects.get().state, PersonSkills.objects.count()) == ("waiting", 2)
