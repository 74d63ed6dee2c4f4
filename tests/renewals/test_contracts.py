"""Contracts with versioned terms: amended, never edited; readable as of any day and knowledge; never overlapping."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renewals.actions.contracts import amend_term, record_contract, record_contracts, record_products
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.dates import NoticeUnit
from renewals.core.errors import (
    DuplicateRecord,
    EndsBeforeStart,
    InvalidInput,
    NegativeAmount,
    NoticeOutOfRange,
    TermsOverlap,
    UnknownReference,
)
from renewals.core.money import Money
from renewals.core.records import ContractRow, LineRow, TermRow
from renewals.core.terms import EndAction, arr_on
from renewals.models import Contract, ContractLine, Renewal, TermVersion
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.contracts import contract_arr, contract_facts, term_as_of
from tests.renewals.build import NOW, TERM, account, contract, renewal

LATER = NOW + timedelta(days=30)
SECOND = replace(TERM, number=2, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))


def raised(amount: str) -> TermRow:
    """Return the first term at another price."""
    return replace(TERM, lines=(LineRow(external_id="seats", arr_amount=Decimal(amount)),))


def test_contract_recorded_twice_changes_nothing_the_second_time(inside, actor) -> None:
    account(actor)
    row = ContractRow(external_id="C1", account_external_id="A1", terms=(raised("33.33333"), SECOND))
    first = record_contracts(rows=[row], by=actor, now=NOW)
    again = record_contracts(rows=[row], by=actor, now=LATER)
    assert (first.created, first.versions) == (1, 2)
    assert (again.created, again.updated, again.unchanged, again.versions) == (0, 0, 1, 0)
    assert (TermVersion.objects.count(), ContractLine.objects.count()) == (2, 2)


@pytest.mark.requirement(90)
def test_amendment_supersedes_and_both_times_stay_readable(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    amended = amend_term(contract_id=made.id, term=raised("1500"), reason="More seats", by=actor, now=LATER)
    assert (amended.version, amended.change_reason, amended.recorded_by) == (2, "More seats", "tests")
    day = date(2026, 6, 1)
    assert contract_arr(made.id, on=day) == Money(Decimal(1500), "EUR")
    assert contract_arr(made.id, on=day, known_at=LATER) == Money(Decimal(1500), "EUR")
    assert contract_arr(made.id, on=day, known_at=LATER - timedelta(seconds=1)) == Money(Decimal(1000), "EUR")
    assert contract_arr(made.id, on=day, known_at=NOW - timedelta(seconds=1)) == Money(Decimal(0), "EUR")
    assert term_as_of(made.id, on=day, known_at=NOW).version == 1
    assert term_as_of(made.id, on=date(2027, 1, 1)) is None


def test_amendment_without_a_reason_or_a_contract_is_refused(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    with pytest.raises(InvalidInput):
        amend_term(contract_id=made.id, term=raised("1"), reason=" ", by=actor, now=LATER)
    with pytest.raises(UnknownReference):
        amend_term(contract_id=10**9, term=raised("1"), reason="x", by=actor, now=LATER)


def test_overlapping_terms_are_refused_with_the_days_of_the_other(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    overlapping = replace(SECOND, starts_on=date(2026, 12, 31))
    with pytest.raises(TermsOverlap) as refusal:
        amend_term(contract_id=made.id, term=overlapping, reason="x", by=actor, now=LATER)
    assert str(refusal.value).startswith("E-DATE-05 Contract C1: Overlaps term 1 (2026-01-01 – 2026-12-31).")
    assert TermVersion.objects.count() == 1


def test_database_refuses_overlapping_live_terms_by_itself(inside, actor) -> None:
    account(actor)
    row = contract(actor).terms.get()
    row.pk, row.number, row.starts_on = None, 2, date(2026, 12, 31)
    with pytest.raises(IntegrityError, match="term_no_overlap"), transaction.atomic():
        row.save()


def test_dates_moved_within_one_amendment_do_not_overlap_their_own_past(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    longer = replace(TERM, ends_on=date(2027, 6, 30))
    assert amend_term(contract_id=made.id, term=longer, reason="Longer", by=actor, now=LATER).version == 2


@pytest.mark.parametrize(
    ("term", "error"),
    [
        (replace(TERM, ends_on=date(2025, 12, 31)), EndsBeforeStart),
        (replace(TERM, notice_period=400), NoticeOutOfRange),
        (raised("-1"), NegativeAmount),
        (replace(TERM, lines=TERM.lines * 2), DuplicateRecord),
        (replace(TERM, number=0), InvalidInput),
        (
            replace(TERM, lines=(LineRow(external_id="x", arr_amount=Decimal(1), product_external_id="nope"),)),
            UnknownReference,
        ),
    ],
)
def test_term_that_cannot_stand_is_refused_and_leaves_nothing(inside, actor, term: TermRow, error) -> None:
    account(actor)
    with pytest.raises(error):
        record_contract(row=ContractRow(external_id="C9", account_external_id="A1", terms=(term,)), by=actor, now=NOW)
    assert Contract.objects.count() == 0


def test_contract_of_an_unknown_account_is_refused(inside, actor) -> None:
    with pytest.raises(UnknownReference):
        record_contract(row=ContractRow(external_id="C9", account_external_id="no"), by=actor, now=NOW)


def test_lines_may_name_products_recorded_before(inside, actor) -> None:
    account(actor)
    record_products(rows={"pro": ("Pro", "high")}, by=actor, now=NOW)
    line = LineRow(external_id="x", arr_amount=Decimal(1), product_external_id="pro")
    assert contract(actor, lines=(line,)).lines.get().product.name == "Pro"


def test_amended_term_moves_its_open_renewal(inside, actor) -> None:
    row = renewal(actor)
    longer = replace(raised("1500"), ends_on=date(2027, 3, 31), notice_period=3, notice_unit=NoticeUnit.MONTHS)
    amend_term(contract_id=row.contract_id, term=longer, reason="Longer", by=actor, now=LATER)
    row.refresh_from_db()
    assert (row.due_on, row.notice_on, row.target_amount) == (date(2027, 4, 1), date(2026, 12, 31), Decimal(1500))
    assert open_renewal_cycles(by=actor, now=LATER).renewal_ids == ()
    assert Renewal.objects.count() == 1


DAYS = st.dates(date(2025, 6, 1), date(2028, 6, 30))
LINES = st.lists(st.tuples(st.integers(0, 500), st.booleans(), st.one_of(st.none(), st.integers(0, 700))), max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=LINES,
    second=LINES,
    gap=st.integers(0, 60),
    end_action=st.sampled_from(EndAction),
    is_open_ended=st.booleans(),
    days=st.lists(DAYS, min_size=4, max_size=4),
)
def test_arr_in_sql_and_arr_in_the_core_are_equal(
    inside, actor, lines, second, gap, end_action, is_open_ended, days
) -> None:
    with transaction.atomic():
        owner = account(actor)
        later = replace(
            SECOND,
            starts_on=date(2027, 1, 1) + timedelta(days=gap),
            ends_on=None if is_open_ended else date(2027, 12, 31),
            end_action=end_action,
            lines=_lines(second, date(2027, 1, 1)),
        )
        row = ContractRow(
            external_id="C1",
            account_external_id="A1",
            terms=(replace(TERM, lines=_lines(lines, TERM.starts_on)), later),
            cancelled_on=date(2028, 3, 1),
        )
        made = record_contract(row=row, by=actor, now=NOW)
        (facts,) = contract_facts([made.id], today=NOW.date())
        for day in days:
            expected = arr_on(facts.terms, currency="EUR", on=day, cancelled_on=facts.cancelled_on)
            assert arr_of_accounts([owner.id], on=day) == {owner.id: expected}
        transaction.set_rollback(True)


def _lines(drawn: list[tuple[int, bool, int | None]], starts_on: date) -> tuple[LineRow, ...]:
    return tuple(
        LineRow(
            external_id=str(number),
            arr_amount=Decimal(amount),
            is_recurring=is_recurring,
            starts_on=starts_on + timedelta(days=number * 100),
            ends_on=None if length is None else starts_on + timedelta(days=number * 100 + length),
        )
        for number, (amount, is_recurring, length) in enumerate(drawn)
    )
