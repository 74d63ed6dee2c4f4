"""Real connections at once: two browsers accept, and an acceptance meets a withdrawal, an edit, a closing by hand."""

from decimal import Decimal

from offers.actions.closing import close_as_approved
from offers.actions.links import withdraw_link
from offers.core.errors import LinkNotOpen, OutOfPolicy
from offers.models import Proposal, ProposalAnswer, ProposalLink
from renewals.actions.closing import ClosingOrder
from renewals.core.errors import AlreadyClosed
from renewals.core.records import OutcomeRow
from renewals.models import Outcome, Renewal, TermVersion
from tests.offers.links import answer, approved, presented
from tests.offers.stories import TODAY, Scene
from tests.offers.test_races import at_once, inside, scene
from tests.renewals.build import NOW

__all__ = ["scene"]


def make_link(scene: Scene) -> ProposalLink:
    with inside(scene):
        return presented(scene, approved(scene))


def test_two_browsers_that_accept_at_once_make_one_acceptance_and_one_term(scene: Scene) -> None:
    link = make_link(scene)
    assert at_once(scene, lambda: answer(scene, link), lambda: answer(scene, link)) == ["done", "done"]
    with inside(scene):
        assert (ProposalAnswer.objects.count(), Outcome.objects.count()) == (1, 1)
        assert TermVersion.objects.filter(number=2, superseded_at__isnull=True).count() == 1


def test_acceptance_while_being_withdrawn_is_one_or_the_other(scene: Scene) -> None:
    link = make_link(scene)
    withdraw = {"link_id": link.id, "reason": "Wrong price.", "today": TODAY, "by": scene.people["anna"], "now": NOW}
    found = at_once(scene, lambda: answer(scene, link), lambda: withdraw_link(**withdraw))
    assert found == [LinkNotOpen.__name__, "done"]
    with inside(scene):
        state, closed_on = Proposal.objects.get().state, Renewal.objects.get(id=scene.renewal.id).closed_on
        assert (state, closed_on, ProposalAnswer.objects.count()) in [("signed", TODAY, 1), ("draft", None, 0)]


def test_acceptance_and_edit_at_once_never_sign_what_was_not_seen(scene: Scene) -> None:
    link = make_link(scene)
    found = at_once(scene, lambda: answer(scene, link), lambda: scene.keep(discount=40, seen=1))
    assert found in [[name, "done"] for name in (LinkNotOpen.__name__, "ProposalChanged", "StateNotAllowed")]
    with inside(scene):
        proposal, row = Proposal.objects.get(), Renewal.objects.get(id=scene.renewal.id)
        signed = (proposal.state, proposal.version_id, row.final_amount)
        assert signed == ("signed", link.version_id, Decimal("884.0000")) or (
            proposal.state == "draft" and row.closed_on is None
        )


def test_acceptance_and_a_cheaper_closing_by_hand_leave_the_accepted_price(scene: Scene) -> None:
    link = make_link(scene)
    row = OutcomeRow(renewal_id=scene.renewal.id, final_amount=Decimal(500), primary_reason="price", decided_on=TODAY)
    order = ClosingOrder(outcome=row)
    by = scene.people["anna"]
    found = at_once(scene, lambda: answer(scene, link), lambda: close_as_approved(order=order, by=by, now=NOW))
    assert found in [[OutOfPolicy.__name__, "done"], [AlreadyClosed.__name__, "done"]]
    with inside(scene):
        assert Renewal.objects.get(id=scene.renewal.id).final_amount == Decimal("884.0000")
