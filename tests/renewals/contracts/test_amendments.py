"""Amendments in the database: a version each, three dates, both times, renewals that follow, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from renewals.actions.amendments import amend_contract, date_amendment
from renewals.actions.contracts import record_contract
from renewals.actions.scope import in_workspace
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase, TermChange
from renewals.core.contracts.states import LineState
from renewals.core.errors import AmendmentOutsideTerm, Conflict, RampGap, StateNotAllowed, UnknownReference
from renewals.core.records import ContractRow
from renewals.models import Amendment, ContractLine, Renewal, TermVersion
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.contract_views import amendments_of, arr_steps_of, contract_as_of
from renewals.queries.contracts import contract_arr, contracts
from renewals.queries.term_rows import live_term, term_row
from tests.renewals.build import NOW, account, contract, renewal

LATER = NOW + timedelta(days=30)
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


def ramp(on: date = JULY, *, gap: int = 0, **dates: date) -> AmendmentOrder:
    """Return an order that raises the seats in two phases; `gap` days lie between them."""
    phases = (
        Phase(starts_on=on, ends_on=OCTOBER - timedelta(days=1 + gap), arr_amount=Decimal(1500), quantity=Decimal(15)),
        Phase(starts_on=OCTOBER, arr_amount=Decimal(2000)),
    )
    return AmendmentOrder(
        dates=AmendmentDates(effective_on=on, **dates),
        reason="Two more teams",
        items=(ItemChange(item="seats", phases=phases),),
    )


@pytest.mark.requirement("X5")
@pytest.mark.requirement(90)
def test_ramp_is_a_new_version_and_stays_readable_in_both_times(inside, actor) -> None:
    row = renewal(actor)
    made = amend_contract(contract_id=row.contract_id, order=ramp(accepted_on=date(2026, 3, 30)), by=actor, now=LATER)
    assert (made.number, made.version, made.term.version, made.effective_on, made.activated_on, made.accepted_on) == (
        1,
        1,
        2,
        JULY,
        None,
        date(2026, 3, 30),
    )
    assert (made.reason, made.recorded_by, made.recorded_at) == ("Two more teams", "tests", LATER)
    days = [date(2026, 6, 30), JULY, date(2026, 9, 30), OCTOBER, date(2026, 12, 31), date(2027, 1, 1)]
    now_known = [contract_arr(row.contract_id, on=day).amount for day in days]
    assert now_known == [1000, 1500, 1500, 2000, 2000, 0]
    before = LATER - timedelta(seconds=1)
    assert [contract_as_of(row.contract_id, on=day, known_at=before).arr.amount for day in days] == [1000] * 5 + [0]
    assert [arr_of_accounts([row.account_id], on=day)[row.account_id].amount for day in days[:5]] == now_known[:5]
    row.refresh_from_db()
    assert (row.due_on, row.target_amount) == (date(2027, 1, 1), Decimal(2000))


def test_contract_read_as_of_a_day_has_its_lines_with_their_states(inside, actor) -> None:
    row = renewal(actor)
    amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER)
    view = contract_as_of(row.contract_id, on=JULY)
    assert [(each.line.external_id, each.ends_on, each.state) for each in view.lines] == [
        ("seats", date(2026, 6, 30), LineState.CLOSED),
        ("seats@2026-07-01", date(2026, 9, 30), LineState.IN_PROGRESS),
        ("seats@2026-10-01", date(2026, 12, 31), LineState.UPCOMING),
    ]
    assert (view.arr.amount, view.problems, view.term.version) == (1500, (), 2)
    early = contract_as_of(row.contract_id, on=JULY, known_at=NOW)
    assert [(each.line.external_id, each.state) for each in early.lines] == [("seats", LineState.TO_RENEW)]
    assert contract_as_of(10**9, on=JULY) is None
    steps = arr_steps_of(
        contracts().get(id=row.contract_id), from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), known_at=None
    )
    assert [(step.from_on, step.arr.amount) for step in steps] == [
        (date(2026, 1, 1), 1000),
        (JULY, 1500),
        (OCTOBER, 2000),
    ]


def test_cancellation_is_read_as_it_was_known(actor) -> None:
    with in_workspace(actor.workspace_id, by=actor, now=NOW):
        account(actor)
        made = contract(actor)
    row = ContractRow(external_id="C1", account_external_id="A1", cancelled_on=JULY)
    with in_workspace(actor.workspace_id, by=actor, now=LATER):
        record_contract(row=row, by=actor, now=LATER)
        assert contract_as_of(made.id, on=JULY).arr.amount == 0
        assert contract_as_of(made.id, on=JULY, known_at=LATER - timedelta(seconds=1)).arr.amount == 1000
        assert contract_as_of(made.id, on=JULY, known_at=LATER).lines[0].state is LineState.CANCELLED


@pytest.mark.requirement(90)
def test_date_that_becomes_known_later_is_a_new_version_of_the_amendment(inside, actor) -> None:
    row = renewal(actor)
    made = amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER)
    at = LATER + timedelta(days=1)
    dated = date_amendment(amendment_id=made.id, activated_on=date(2026, 7, 3), by=actor, now=at)
    again = date_amendment(amendment_id=dated.id, activated_on=date(2026, 7, 3), by=actor, now=at + timedelta(days=1))
    assert (dated.version, dated.activated_on, again.id) == (2, date(2026, 7, 3), dated.id)
    assert [each.activated_on for each in amendments_of(row.contract_id)] == [date(2026, 7, 3)]
    assert [each.activated_on for each in amendments_of(row.contract_id, known_at=LATER)] == [None]
    assert amendments_of(row.contract_id, known_at=NOW) == []
    with pytest.raises(Conflict):
        date_amendment(amendment_id=made.id, accepted_on=JULY, by=actor, now=at)
    with pytest.raises(UnknownReference):
        date_amendment(amendment_id=10**9, accepted_on=JULY, by=actor, now=at)


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (ramp(date(2025, 12, 31)), AmendmentOutsideTerm),
        (ramp(date(2027, 1, 1)), AmendmentOutsideTerm),
        (ramp(gap=1), RampGap),
        (replace(ramp(), items=(ItemChange(item="nothing"),)), UnknownReference),
    ],
)
def test_amendment_that_is_refused_leaves_the_contract_alone(inside, actor, order, error) -> None:
    row = renewal(actor)
    with pytest.raises(error):
        amend_contract(contract_id=row.contract_id, order=order, by=actor, now=LATER)
    assert (Amendment.objects.count(), TermVersion.objects.count()) == (0, 1)


def test_item_that_is_over_cannot_be_removed_again(inside, actor) -> None:
    row = renewal(actor)
    gone = AmendmentOrder(dates=AmendmentDates(effective_on=JULY), reason="Dropped", items=(ItemChange(item="seats"),))
    amend_contract(contract_id=row.contract_id, order=gone, by=actor, now=LATER)
    with pytest.raises(StateNotAllowed):
        amend_contract(
            contract_id=row.contract_id,
            order=replace(gone, dates=AmendmentDates(effective_on=OCTOBER)),
            by=actor,
            now=LATER,
        )


def test_amendment_of_a_version_that_is_gone_is_a_conflict(inside, actor) -> None:
    row = renewal(actor)
    amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER, seen_version=1)
    with pytest.raises(Conflict):
        amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER, seen_version=1)


def test_amended_clauses_move_the_open_renewal(inside, actor) -> None:
    row = renewal(actor)
    longer = AmendmentOrder(
        dates=AmendmentDates(effective_on=JULY), reason="Longer", term=TermChange(ends_on=date(2027, 2, 28))
    )
    amend_contract(contract_id=row.contract_id, order=longer, by=actor, now=LATER)
    assert Renewal.objects.get(id=row.id).due_on == date(2027, 3, 1)


def test_term_recorded_as_it_stands_changes_nothing(inside, actor) -> None:
    row = renewal(actor)
    amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER)
    kept = term_row(live_term(row.contract_id))
    again = ContractRow(external_id="C1", account_external_id="A1", terms=(kept,))
    record_contract(row=again, by=actor, now=LATER + timedelta(days=1))
    assert TermVersion.objects.count() == 2


def test_database_refuses_phases_that_share_a_day(inside, actor) -> None:
    row = renewal(actor)
    amend_contract(contract_id=row.contract_id, order=ramp(), by=actor, now=LATER)
    line = ContractLine.objects.get(external_id="seats@2026-10-01")
    line.pk, line.external_id = None, "again"
    with pytest.raises(IntegrityError, match="line_phases_no_overlap"), transaction.atomic():
        line.save(force_insert=True)
