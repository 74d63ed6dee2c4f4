"""Merge plans and splits applied: one end, one survivor, no line lost or doubled, stale plans refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from renewals.actions.contracts import amend_term
from renewals.actions.mergers import apply_merger, split_renewal
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, Conflict, InvalidInput, UnknownReference
from renewals.core.records import LineRow
from renewals.core.terms import EndAction
from renewals.models import Amendment, Contract, Renewal, Succession, TermVersion
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.contracts import contract_arr
from renewals.queries.mergers import MergeOrder, merge_plan
from renewals.queries.term_rows import live_term, term_row
from tests.renewals.build import NOW, contract, renewal

LATER = NOW + timedelta(days=30)
LAST, AFTER = date(2026, 12, 31), date(2027, 1, 1)


def pair(by: Actor) -> tuple[Renewal, Contract]:
    """Return the renewal of a contract to the end of 2026 and, of the same account, one to the end of September."""
    row = renewal(by)
    other = contract(
        by, "C2", "A1", ends_on=date(2026, 9, 30), lines=(LineRow(external_id="support", arr_amount=Decimal(365)),)
    )
    open_renewal_cycles(by=by, now=NOW)
    return row, other


@pytest.mark.requirement(90)
def test_contracts_brought_to_one_end_keep_their_renewals_on_that_day(inside, actor) -> None:
    row, other = pair(actor)
    order = MergeOrder(contract_ids=(row.contract_id, other.id))
    plan = merge_plan(order)
    assert (TermVersion.objects.count(), plan.stub.amount) == (2, Decimal("92.00"))
    assert apply_merger(order=order, seen=plan, reason="One date", by=actor, now=LATER) == (other.id,)
    assert set(Renewal.objects.values_list("due_on", "closed_on")) == {(AFTER, None)}
    assert (live_term(other.id).ends_on, live_term(other.id).change_reason) == (LAST, "One date")
    assert contract_arr(other.id, on=LAST).amount == 365
    (amendment,) = Amendment.objects.all()
    assert (amendment.contract_id, amendment.effective_on) == (other.id, date(2026, 9, 30))


def test_survivor_goes_on_alone_with_the_lines_of_both(inside, actor) -> None:
    row, other = pair(actor)
    order = MergeOrder(contract_ids=(row.contract_id, other.id), survivor_id=row.contract_id)
    apply_merger(order=order, seen=merge_plan(order), reason="One contract", by=actor, now=LATER)
    assert [contract_arr(each, on=AFTER).amount for each in (row.contract_id, other.id)] == [1365, 0]
    assert arr_of_accounts([row.account_id], on=LAST)[row.account_id].amount == 1365
    assert live_term(other.id).end_action == EndAction.END
    closed = Renewal.objects.filter(closed_on__isnull=False)
    assert {(each.final_amount, each.target_amount) for each in closed} == {(1000, 1000), (365, 365)}
    following = Renewal.objects.get(closed_on__isnull=True)
    assert (following.contract_id, following.term_number, following.target_amount) == (row.contract_id, 2, 1365)
    assert set(Succession.objects.values_list("way", "from_contract_id", "to_contract_id", "to_term")) == {
        ("merged", row.contract_id, row.contract_id, 2),
        ("merged", other.id, row.contract_id, 2),
    }


def test_plan_that_is_out_of_date_and_one_without_a_reason_are_refused(inside, actor) -> None:
    row, other = pair(actor)
    order = MergeOrder(contract_ids=(row.contract_id, other.id))
    plan = merge_plan(order)
    term = term_row(live_term(other.id))
    amend_term(
        contract_id=other.id,
        term=replace(term, notice_period=30),
        reason="Notice",
        by=actor,
        now=LATER,
    )
    with pytest.raises(Conflict):
        apply_merger(order=order, seen=plan, reason="One date", by=actor, now=LATER)
    with pytest.raises(InvalidInput):
        apply_merger(order=order, seen=merge_plan(order), reason=" ", by=actor, now=LATER)
    with pytest.raises(UnknownReference):
        merge_plan(MergeOrder(contract_ids=(row.contract_id, 10**9)))
    assert Amendment.objects.count() == 0


def test_split_renewal_goes_on_in_two_contracts_without_losing_a_line(inside, actor) -> None:
    lines = tuple(LineRow(external_id=name, arr_amount=Decimal(amount)) for name, amount in (("a", 300), ("b", 700)))
    row = renewal(actor, lines=lines)
    groups = {"C1": ("a",), "C1-north": ("b",)}
    ids = split_renewal(renewal_id=row.id, groups=groups, decided_on=date(2026, 5, 1), by=actor, now=LATER)
    assert [contract_arr(each, on=AFTER).amount for each in ids] == [300, 700]
    assert arr_of_accounts([row.account_id], on=LAST)[row.account_id].amount == 1000
    row.refresh_from_db()
    assert (row.final_amount, row.outcomes.get().primary_reason) == (1000, "contract_split")
    assert sorted(Renewal.objects.filter(closed_on__isnull=True).values_list("term_number", "target_amount")) == [
        (1, 700),
        (2, 300),
    ]
    with pytest.raises(AlreadyClosed):
        split_renewal(renewal_id=row.id, groups=groups, decided_on=AFTER, by=actor, now=LATER)


@pytest.mark.parametrize(
    "groups", [{"C2": ("seats",), "C3": ()}, {"C1": ("seats",), "C3": ()}, {"C1": ("seats",), "C3": ("other",)}]
)
def test_split_that_is_none_is_refused_and_leaves_the_renewal_open(inside, actor, groups) -> None:
    row = renewal(actor)
    with pytest.raises(InvalidInput):
        split_renewal(renewal_id=row.id, groups=groups, decided_on=AFTER, by=actor, now=LATER)
    assert (Renewal.objects.get().closed_on, Contract.objects.count()) == (None, 1)
