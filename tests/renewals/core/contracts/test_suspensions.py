"""Items at rest: they count as nothing, what was agreed for later days stays, and they run again at their old price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, amended_term
from renewals.core.contracts.phases import by_item, span_of
from renewals.core.contracts.suspensions import resumed, suspended
from renewals.core.errors import EndsBeforeStart, InvalidInput, StateNotAllowed, UnknownReference
from renewals.core.records import LineRow, TermRow

DAY = timedelta(days=1)
LEAP = date(2028, 2, 29)
TERM = TermRow(
    number=1,
    starts_on=date(2028, 1, 1),
    ends_on=date(2028, 12, 31),
    lines=(
        LineRow(
            external_id="seats", arr_amount=Decimal(1000), quantity=Decimal(10), item="seats", ends_on=date(2028, 6, 30)
        ),
        LineRow(
            external_id="seats@2028-07-01",
            arr_amount=Decimal(2000),
            quantity=Decimal(20),
            item="seats",
            starts_on=date(2028, 7, 1),
        ),
        LineRow(external_id="support", arr_amount=Decimal(300)),
    ),
)


def after(term: TermRow, changes: tuple[ItemChange, ...], day: date) -> TermRow:
    """Return the term once the changes stand."""
    order = AmendmentOrder(dates=AmendmentDates(effective_on=day), reason="Rest", items=changes)
    return amended_term(term, order)


def amounts(term: TermRow, item: str, *days: date) -> list[tuple[Decimal, Decimal, bool]]:
    """Return amount, quantity and rest of an item on days."""
    found = []
    for day in days:
        line = next(
            each
            for each in by_item(term)[item]
            if span_of(each, term).starts_on <= day <= (span_of(each, term).ends_on or day)
        )
        found.append((line.arr_amount, line.quantity, line.is_suspended))
    return found


@pytest.mark.requirement(90)
def test_item_rests_from_the_leap_day_and_its_later_step_stays() -> None:
    until = date(2028, 7, 31)
    term = after(TERM, suspended(TERM, ["seats"], from_on=LEAP, until_on=until), LEAP)
    days = (LEAP - DAY, LEAP, until, until + DAY, date(2028, 12, 31))
    assert amounts(term, "seats", *days) == [
        (1000, 10, False),
        (0, 10, True),
        (0, 10, True),
        (2000, 20, False),
        (2000, 20, False),
    ]
    assert amounts(term, "support", LEAP) == [(300, 1, False)]


@pytest.mark.requirement(90)
def test_item_runs_again_at_the_price_before_it_rested() -> None:
    back = date(2028, 4, 1)
    resting = after(TERM, suspended(TERM, ["seats", "support"], from_on=LEAP), LEAP)
    assert amounts(resting, "seats", date(2028, 12, 31)) == [(0, 10, True)]
    term = after(resting, resumed(resting, ["seats", "support"], from_on=back), back)
    assert amounts(term, "seats", back - DAY, back) == [(0, 10, True), (1000, 10, False)]
    assert amounts(term, "support", back - DAY, back, date(2028, 12, 31)) == [
        (0, 1, True),
        (300, 1, False),
        (300, 1, False),
    ]


def test_rest_of_a_day_ends_the_day_after_and_one_beyond_the_term_ends_with_it() -> None:
    term = after(TERM, suspended(TERM, ["support"], from_on=LEAP, until_on=LEAP), LEAP)
    assert amounts(term, "support", LEAP, LEAP + DAY) == [(0, 1, True), (300, 1, False)]
    late = after(TERM, suspended(TERM, ["support"], from_on=LEAP, until_on=date(2030, 1, 1)), LEAP)
    assert by_item(late)["support"][-1].ends_on is None


def test_what_cannot_rest_or_run_again_is_refused_by_name() -> None:
    with pytest.raises(EndsBeforeStart):
        suspended(TERM, ["seats"], from_on=LEAP, until_on=LEAP - DAY)
    with pytest.raises(UnknownReference):
        suspended(TERM, ["storage"], from_on=LEAP)
    with pytest.raises(StateNotAllowed):
        resumed(TERM, ["seats"], from_on=LEAP)
    resting = after(TERM, suspended(TERM, ["support"], from_on=TERM.starts_on), TERM.starts_on)
    with pytest.raises(StateNotAllowed):
        suspended(resting, ["support"], from_on=LEAP)
    with pytest.raises(InvalidInput):
        resumed(resting, ["support"], from_on=LEAP)
