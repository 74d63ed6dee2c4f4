"""What follows a closed renewal: the next term and its cycle by themselves, or the review of the loss."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from renewals.actions.closing import ClosedRenewal, ClosingOrder, carry_out_end_action, close_renewal, hold_review
from renewals.actions.contracts import amend_term
from renewals.actions.notices.serve import plan_non_renewal
from renewals.core.actors import Actor
from renewals.core.contracts.following import Following
from renewals.core.errors import AlreadyClosed, InvalidInput, RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.core.records import OutcomeRow
from renewals.core.terms import EndAction
from renewals.models import LossReview, Notice, Renewal, TermVersion
from renewals.queries.contract_views import contract_as_of, loss_review_of
from renewals.queries.contracts import contract_arr
from tests.renewals.build import NOW, TERM, renewal

LATER = NOW + timedelta(days=30)
DECIDED = date(2026, 4, 1)
DUE = date(2027, 1, 1)
AFTER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def order(row: Renewal, amount: str = "1200", **following: object) -> ClosingOrder:
    """Return an order that renews at an amount, on what was agreed."""
    reason = "more_seats" if Decimal(amount) > 1020 else "habit"
    outcome = OutcomeRow(renewal_id=row.id, final_amount=Decimal(amount), primary_reason=reason, decided_on=DECIDED)
    return ClosingOrder(outcome=outcome, following=Following(**following) if following else None)


def lost(row: Renewal) -> ClosingOrder:
    """Return an order that loses the renewal."""
    outcome = OutcomeRow(
        renewal_id=row.id, final_amount=Decimal(0), primary_reason="price", decided_on=DECIDED, is_lost=True
    )
    return ClosingOrder(outcome=outcome)


def close(made: ClosingOrder, by: Actor) -> ClosedRenewal:
    """Close a renewal a month later."""
    return close_renewal(order=made, by=by, now=LATER)


@pytest.mark.requirement(52)
def test_renewed_contract_has_its_next_term_and_its_next_cycle_at_once(inside, actor) -> None:
    row = renewal(actor)
    closed = close(order(row), actor)
    again = close(order(row), actor)
    following = Renewal.objects.get(id=closed.next_renewal_id)
    assert (again.outcome.id, again.next_renewal_id, closed.review) == (closed.outcome.id, following.id, None)
    assert (following.term_number, following.due_on, following.target_amount) == (2, date(2028, 1, 1), Decimal(1200))
    assert (Renewal.objects.count(), TermVersion.objects.count()) == (2, 2)
    days = (date(2026, 12, 31), DUE, date(2027, 12, 31), date(2028, 1, 1))
    assert [contract_arr(row.contract_id, on=day).amount for day in days] == [1000, 1200, 1200, 0]
    assert contract_as_of(row.contract_id, on=DUE).problems == ()
    with pytest.raises(AlreadyClosed):
        close(order(row, "1300"), actor)


@pytest.mark.requirement(52)
def test_lost_renewal_gets_one_review_and_a_day_to_ask_back(inside, actor) -> None:
    row = renewal(actor)
    closed = close(lost(row), actor)
    assert close(lost(row), actor).review == closed.review
    review = loss_review_of(row.id)
    assert (closed.next_renewal_id, Renewal.objects.count(), TermVersion.objects.count()) == (None, 1, 1)
    assert (review.owner_id, review.due_on, review.win_back_on, review.held_on) == (
        row.owner_id,
        DECIDED + timedelta(days=28),
        date(2027, 7, 1),
        None,
    )
    held = hold_review(
        review_id=review.id, findings="Price after a merger", held_on=DUE, win_back_on=None, by=actor, now=AFTER
    )
    assert (held.findings, held.held_on, held.win_back_on) == ("Price after a merger", DUE, None)


def test_review_without_findings_or_with_a_day_before_it_is_refused(inside, actor) -> None:
    row = renewal(actor)
    review = close(lost(row), actor).review
    words = {"held_on": DUE, "win_back_on": None, "by": actor, "now": AFTER}
    with pytest.raises(RequiredValueMissing):
        hold_review(review_id=review.id, findings=" ", **words)
    with pytest.raises(InvalidInput):
        hold_review(review_id=review.id, findings="x", **words | {"win_back_on": DUE - timedelta(days=1)})
    with pytest.raises(UnknownReference):
        hold_review(review_id=10**9, findings="x", **words)
    assert LossReview.objects.get().held_on is None


def test_early_start_cuts_the_old_term_and_leaves_no_gap(inside, actor) -> None:
    row = renewal(actor)
    close(order(row, starts_on=date(2026, 10, 1), months=24), actor)
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2028, 9, 30), date(2028, 10, 1))
    assert [contract_arr(row.contract_id, on=day).amount for day in days] == [1000, 1200, 1200, 0]
    assert contract_as_of(row.contract_id, on=DUE).problems == ()
    row.refresh_from_db()
    assert row.due_on == DUE


def test_late_start_leaves_a_gap_that_the_chain_names(inside, actor) -> None:
    row = renewal(actor)
    close(order(row, starts_on=date(2027, 2, 1)), actor)
    (problem,) = contract_as_of(row.contract_id, on=DUE).problems
    assert (problem.code, problem.from_on, problem.until_on) == ("term_gap", DUE, date(2027, 1, 31))


@pytest.mark.parametrize(
    ("action", "renewals", "arr_later"),
    [(EndAction.EVERGREEN, 1, 1200), (EndAction.END, 2, 0), (EndAction.RENEW, 2, 0)],
)
def test_agreed_end_action_decides_whether_a_cycle_follows(inside, actor, action, renewals, arr_later) -> None:
    row = renewal(actor)
    closed = close(order(row, end_action=action), actor)
    assert (Renewal.objects.count(), closed.next_renewal_id is not None) == (renewals, renewals == 2)
    assert contract_arr(row.contract_id, on=date(2031, 1, 1)).amount == arr_later


def test_next_term_that_is_known_already_stays_as_it_is(inside, actor) -> None:
    row = renewal(actor)
    known = replace(TERM, number=2, starts_on=DUE, ends_on=date(2029, 12, 31))
    amend_term(contract_id=row.contract_id, term=known, reason="Signed", by=actor, now=NOW)
    closed = close(order(row), actor)
    assert Renewal.objects.get(id=closed.next_renewal_id).due_on == date(2030, 1, 1)
    assert contract_arr(row.contract_id, on=DUE).amount == 1000


def test_lapsed_renewal_goes_on_by_its_own_clause(inside, actor) -> None:
    row = renewal(actor, end_action=EndAction.RENEW, is_auto_renewing=True, renewal_months=6)
    closed = carry_out_end_action(renewal_id=row.id, by=actor, now=AFTER, today=AFTER.date())
    assert (closed.outcome.kind, closed.outcome.primary_reason) == ("flat", "contract_lock_in")
    assert closed.outcome.decided_on == DUE
    assert Renewal.objects.get(id=closed.next_renewal_id).due_on == date(2027, 7, 1)


@pytest.mark.parametrize("action", [EndAction.MANUAL, EndAction.END])
def test_term_that_does_not_go_on_by_itself_is_left_to_a_person(inside, actor, action) -> None:
    row = renewal(actor)
    TermVersion.objects.update(end_action=action.value)
    with pytest.raises(StateNotAllowed):
        carry_out_end_action(renewal_id=row.id, by=actor, now=AFTER, today=AFTER.date())


def test_clause_waits_for_the_due_date_and_gives_way_to_a_served_notice(inside, actor) -> None:
    row = renewal(actor, end_action=EndAction.RENEW)
    with pytest.raises(StateNotAllowed):
        carry_out_end_action(renewal_id=row.id, by=actor, now=NOW, today=DUE - timedelta(days=1))
    with pytest.raises(UnknownReference):
        carry_out_end_action(renewal_id=10**9, by=actor, now=AFTER, today=AFTER.date())
    plan_non_renewal(renewal_id=row.id, by=actor, now=NOW)
    Notice.objects.filter(kind="non_renewal").update(state="proven")
    with pytest.raises(StateNotAllowed):
        carry_out_end_action(renewal_id=row.id, by=actor, now=AFTER, today=AFTER.date())
    assert Renewal.objects.get(id=row.id).closed_on is None
