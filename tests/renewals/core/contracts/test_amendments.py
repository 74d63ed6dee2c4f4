"""What an amendment makes of a term, and what it may not be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from renewals.core.contracts.amendments import (
    AmendmentDates,
    AmendmentOrder,
    ItemChange,
    Phase,
    TermChange,
    amended_term,
    check_dates,
)
from renewals.core.contracts.phases import check_ramps
from renewals.core.dates import NoticeUnit
from renewals.core.errors import (
    AmendmentOutsideTerm,
    DateOutOfRange,
    EndsBeforeStart,
    InvalidInput,
    LineOutsideTerm,
    NegativeAmount,
    RampGap,
    RampOverlap,
    UnknownReference,
)
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction

TERM = TermRow(
    number=1,
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    notice_period=60,
    lines=(
        LineRow(external_id="seats", arr_amount=Decimal(1000), quantity=Decimal(10), unit="seats"),
        LineRow(external_id="support", arr_amount=Decimal(200)),
    ),
)
JULY = date(2026, 7, 1)


def order(*items: ItemChange, on: date = JULY, reason: str = "More seats", **term: object) -> AmendmentOrder:
    """Return an order that takes effect on a day."""
    return AmendmentOrder(dates=AmendmentDates(effective_on=on), reason=reason, items=items, term=TermChange(**term))


def phase(first: date, last: date | None, amount: int) -> Phase:
    """Return a phase of an item."""
    return Phase(starts_on=first, ends_on=last, arr_amount=Decimal(amount), quantity=Decimal(amount) / 100)


def seats(*phases: Phase) -> ItemChange:
    """Return a change of the seats."""
    return ItemChange(item="seats", phases=phases)


def test_amendment_cuts_the_line_the_day_before_and_goes_on_in_a_new_phase() -> None:
    amended = amended_term(TERM, order(seats(phase(JULY, None, 1500))))
    assert amended.lines == (
        TERM.lines[1],
        replace(TERM.lines[0], starts_on=TERM.starts_on, ends_on=date(2026, 6, 30), item="seats"),
        replace(
            TERM.lines[0],
            external_id="seats@2026-07-01",
            item="seats",
            arr_amount=Decimal(1500),
            quantity=Decimal(15),
            starts_on=JULY,
        ),
    )
    assert amended.change_reason == "More seats"


def test_amendment_from_the_first_day_replaces_the_line() -> None:
    amended = amended_term(TERM, order(seats(phase(TERM.starts_on, None, 900)), on=TERM.starts_on))
    assert [(line.external_id, line.item, line.arr_amount) for line in amended.lines] == [
        ("support", "", Decimal(200)),
        ("seats", "", Decimal(900)),
    ]


def test_amendment_of_a_ramp_replaces_the_phases_after_it() -> None:
    ramp = amended_term(TERM, order(seats(phase(JULY, date(2026, 9, 30), 1500), phase(date(2026, 10, 1), None, 2000))))
    again = amended_term(ramp, order(seats(phase(date(2026, 8, 1), None, 1700)), on=date(2026, 8, 1)))
    assert [(line.external_id, line.starts_on, line.ends_on, line.arr_amount) for line in again.lines[1:]] == [
        ("seats", date(2026, 1, 1), date(2026, 6, 30), Decimal(1000)),
        ("seats@2026-07-01", JULY, date(2026, 7, 31), Decimal(1500)),
        ("seats@2026-08-01", date(2026, 8, 1), None, Decimal(1700)),
    ]
    check_ramps(again)


def test_amendment_adds_and_removes_items() -> None:
    added = amended_term(TERM, order(ItemChange(item="storage", phases=(phase(JULY, None, 50),), unit="TB")))
    assert (added.lines[-1].external_id, added.lines[-1].unit, added.lines[-1].item) == ("storage", "TB", "")
    removed = amended_term(TERM, order(ItemChange(item="support")))
    assert [(line.external_id, line.ends_on) for line in removed.lines] == [
        ("seats", None),
        ("support", date(2026, 6, 30)),
    ]


def test_amendment_changes_clauses_and_lines_follow_the_end() -> None:
    ramp = amended_term(TERM, order(seats(phase(JULY, date(2026, 9, 30), 1500), phase(date(2026, 10, 1), None, 2000))))
    shorter = amended_term(
        ramp,
        order(ends_on=date(2026, 9, 15), notice_period=3, notice_unit=NoticeUnit.MONTHS, end_action=EndAction.RENEW),
    )
    assert (shorter.ends_on, shorter.notice_period, shorter.notice_unit) == (date(2026, 9, 15), 3, NoticeUnit.MONTHS)
    assert (shorter.end_action, shorter.is_auto_renewing) == (EndAction.RENEW, True)
    assert [(line.external_id, line.ends_on) for line in shorter.lines] == [
        ("support", None),
        ("seats", date(2026, 6, 30)),
        ("seats@2026-07-01", None),
    ]


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (order(seats(phase(JULY, None, 1)), reason=" "), InvalidInput),
        (order(), InvalidInput),
        (order(seats(phase(date(2027, 1, 1), None, 1)), on=date(2027, 1, 1)), AmendmentOutsideTerm),
        (order(seats(phase(date(2025, 12, 31), None, 1)), on=date(2025, 12, 31)), AmendmentOutsideTerm),
        (order(seats(phase(date(2026, 7, 2), None, 1))), RampGap),
        (order(seats(phase(JULY, date(2026, 8, 30), 1), phase(date(2026, 9, 1), None, 2))), RampGap),
        (order(seats(phase(JULY, date(2026, 9, 1), 1), phase(date(2026, 9, 1), None, 2))), RampOverlap),
        (order(seats(phase(JULY, None, 1), phase(date(2026, 9, 1), None, 2))), RampOverlap),
        (order(seats(phase(JULY, date(2027, 1, 1), 1))), LineOutsideTerm),
        (order(seats(phase(JULY, date(2026, 6, 1), 1))), EndsBeforeStart),
        (order(seats(phase(JULY, None, -1))), NegativeAmount),
        (order(seats(phase(JULY, None, 1)), seats(phase(JULY, None, 2))), InvalidInput),
        (order(ItemChange(item="no such")), UnknownReference),
        (order(seats(phase(TERM.starts_on, None, 1)), on=TERM.starts_on, ends_on=TERM.starts_on), EndsBeforeStart),
    ],
)
def test_amendment_that_cannot_stand_is_refused(made: AmendmentOrder, error: type[Exception]) -> None:
    with pytest.raises(error):
        amended_term(TERM, made, where="Contract C1")


def test_amendment_before_the_contract_is_refused_with_both_days() -> None:
    with pytest.raises(AmendmentOutsideTerm) as refusal:
        check_dates(
            AmendmentDates(effective_on=date(2025, 12, 31)), contract_starts_on=TERM.starts_on, where="Contract C1"
        )
    assert str(refusal.value).startswith(
        "E-AMEND-01 Contract C1: It takes effect on 2025-12-31, the contract begins on 2026-01-01."
    )


def test_three_dates_may_come_in_any_order_inside_the_calendar() -> None:
    dates = AmendmentDates(effective_on=JULY, activated_on=date(2026, 8, 1), accepted_on=date(2026, 6, 1))
    check_dates(dates, contract_starts_on=TERM.starts_on)
    with pytest.raises(DateOutOfRange):
        check_dates(replace(dates, activated_on=date(2101, 1, 1)), contract_starts_on=TERM.starts_on)


def test_amendment_on_a_leap_day_and_at_a_month_end_leaves_no_gap() -> None:
    leap = replace(TERM, starts_on=date(2028, 1, 31), ends_on=date(2029, 1, 30))
    amended = amended_term(leap, order(seats(phase(date(2028, 2, 29), None, 5)), on=date(2028, 2, 29)))
    check_ramps(amended)
    assert [line.ends_on for line in amended.lines if line.item] == [date(2028, 2, 28), None]
