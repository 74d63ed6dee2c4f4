"""Closings without a proposal: what the policy lets pass leaves its evidence, the rest waits; facts are marked."""

from decimal import Decimal

import pytest

from offers.actions.closing import close_as_approved
from offers.actions.merging import merge_as_approved
from offers.core.errors import OutOfPolicy
from offers.models import ApprovalRequest, Concession, Proposal
from offers.queries.closing import closed_unapproved
from renewals.actions.closing import ClosingOrder
from renewals.actions.outcomes import record_outcome
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.records import LineRow, OutcomeRow
from renewals.models import Renewal, Workspace
from renewals.queries.contracts import contract_arr
from renewals.queries.mergers import MergeOrder, merge_plan
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW, contract


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def order(scene: Scene, amount: str) -> ClosingOrder:
    """Return the order to close the scene's renewal, which is due at 1,000, at an amount."""
    row = OutcomeRow(
        renewal_id=scene.renewal.id, final_amount=Decimal(amount), primary_reason="price", decided_on=TODAY
    )
    return ClosingOrder(outcome=row)


@pytest.mark.requirement(32)
@pytest.mark.parametrize(("who", "amount"), [("anna", "999"), ("anna", "500"), ("rita", "930"), ("rita", "600")])
def test_price_below_the_contract_that_somebody_must_agree_to_closes_nothing(
    scene: Scene, who: str, amount: str
) -> None:
    with pytest.raises(OutOfPolicy, match=r"agree|refuses"):
        close_as_approved(order=order(scene, amount), by=scene.people[who], now=NOW)
    assert (Proposal.objects.count(), Renewal.objects.get(id=scene.renewal.id).closed_on) == (0, None)


@pytest.mark.requirement(32)
def test_price_inside_the_closers_own_limit_closes_and_leaves_its_evidence(scene: Scene) -> None:
    for _ in range(2):
        close_as_approved(order=order(scene, "960"), by=scene.people["rita"], now=NOW)
    request = ApprovalRequest.objects.get()
    given = Concession.objects.get()
    assert (request.state, request.way, request.proposal.state) == ("approved", "own_limit", "signed")
    assert (given.amount, given.is_unnamed) == (80, True)
    row = Renewal.objects.get(id=scene.renewal.id)
    assert (row.final_amount, closed_unapproved(row)) == (960, False)
    assert contract_arr(row.contract_id, on=row.due_on).amount == 960


@pytest.mark.requirement(32)
def test_recorded_fact_below_the_contract_is_kept_and_marked(scene: Scene) -> None:
    version = scene.keep(discount=50)  # brings the policy into force; withdrawn so that no proposal stands
    Proposal.objects.filter(id=version.proposal_id).update(
        state="withdrawn", ended_at=NOW, ended_by="x", ended_reason="x"
    )
    record_outcome(row=order(scene, "500").outcome, by=scene.people["abe"], now=NOW)
    assert closed_unapproved(Renewal.objects.get(id=scene.renewal.id))


@pytest.mark.requirement(32)
def test_merger_closes_no_renewal_whose_proposal_is_not_approved(scene: Scene, actor: Actor) -> None:
    other = contract(actor, "C2", "A1", lines=(LineRow(external_id="support", arr_amount=Decimal(365)),))
    open_renewal_cycles(by=actor, now=NOW)
    asked = MergeOrder(contract_ids=(scene.renewal.contract_id, other.id), survivor_id=scene.renewal.contract_id)
    version = scene.keep(discount=20)
    with pytest.raises(OutOfPolicy):
        merge_as_approved(order=asked, seen=merge_plan(asked), reason="One", by=scene.people["anna"], now=NOW)
    assert Renewal.objects.filter(closed_on__isnull=True).count() == 2
    Proposal.objects.filter(id=version.proposal_id).update(
        state="withdrawn", ended_at=NOW, ended_by="x", ended_reason="x"
    )
    merge_as_approved(order=asked, seen=merge_plan(asked), reason="One", by=scene.people["anna"], now=NOW)
    assert Renewal.objects.filter(closed_on__isnull=True).count() == 1
