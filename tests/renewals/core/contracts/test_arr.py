"""ARR by date equals the sum of its lines on every day of every version, through amendments and ramps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase, amended_term
from renewals.core.contracts.arr import arr_steps, lines_on
from renewals.core.contracts.phases import span_of
from renewals.core.contracts.suspensions import resumed, suspended
from renewals.core.errors import NamedError
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction, Line, Term, arr_on, known_terms

FIRST, LAST = date(2027, 12, 25), date(2029, 1, 10)
"""Holds the leap day of 2028 and the day before and after every term."""
BORN = datetime(2027, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2028, 1, 1), date(2028, 12, 31))
AMOUNTS = st.decimals(0, 9999, places=2)
Rest = tuple[date, Callable[[TermRow], tuple[ItemChange, ...]]]


def row(*lines: LineRow) -> TermRow:
    """Return the term of the leap year 2028."""
    return TermRow(number=1, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31), lines=lines)


def facts(term: TermRow, version: int, *, is_last: bool) -> Term:
    """Return a version of the term as facts: known for one day, the last one for ever."""
    at = BORN + timedelta(days=version)
    lines = tuple(
        Line(
            external_id=line.external_id,
            arr_amount=line.arr_amount,
            starts_on=span_of(line, term).starts_on,
            ends_on=line.ends_on,
            is_recurring=line.is_recurring,
            item=line.item,
        )
        for line in term.lines
    )
    return Term(
        number=term.number,
        version=version,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        end_action=term.end_action,
        recorded_at=at,
        superseded_at=None if is_last else at + timedelta(days=1),
        lines=lines,
    )


@st.composite
def orders(draw) -> AmendmentOrder:
    """Draw a change of one of three items from a day on, in up to three phases, or its removal."""
    day = draw(DAYS)
    starts = (
        sorted({day, *draw(st.lists(DAYS.filter(lambda each: each > day), max_size=2))}) if day.day != 31 else [day]
    )
    ends = [*(each - timedelta(days=1) for each in starts[1:]), None]
    phases = tuple(
        Phase(starts_on=first, ends_on=last, arr_amount=draw(AMOUNTS)) for first, last in zip(starts, ends, strict=True)
    )
    item = draw(st.sampled_from(["seats", "support", "storage"]))
    changes = (ItemChange(item=item, phases=phases if draw(st.integers(0, 3)) else ()),)
    return AmendmentOrder(dates=AmendmentDates(effective_on=day), reason="Drawn", items=changes)


@st.composite
def rests(draw) -> Rest:
    """Draw a suspension from a day on, to another or open, or a resumption."""
    day, item = draw(DAYS), draw(st.sampled_from(["seats", "support"]))
    until = draw(st.one_of(st.none(), DAYS))
    if draw(st.booleans()):
        return day, lambda term: resumed(term, [item], from_on=day)
    return day, lambda term: suspended(term, [item], from_on=day, until_on=until)


def versions(first: TermRow, drawn: list[AmendmentOrder | Rest]) -> tuple[Term, ...]:
    """Return the term with every amendment that is allowed, one version each."""
    rows = [first]
    for each in drawn:
        try:
            rows.append(amended_term(rows[-1], _order(each, rows[-1])))
        except NamedError:
            continue
    return tuple(facts(each, place + 1, is_last=place == len(rows) - 1) for place, each in enumerate(rows))


def _order(drawn: AmendmentOrder | Rest, term: TermRow) -> AmendmentOrder:
    if isinstance(drawn, AmendmentOrder):
        return drawn
    day, changes = drawn
    return AmendmentOrder(dates=AmendmentDates(effective_on=day), reason="Rest", items=changes(term))


@pytest.mark.requirement(90)
@settings(max_examples=15, deadline=None)
@given(
    drawn=st.lists(st.one_of(orders(), rests()), max_size=5),
    end_action=st.sampled_from(EndAction),
    cancelled_on=st.one_of(st.none(), DAYS),
)
def test_arr_by_date_is_the_sum_of_its_lines_on_every_day_of_every_version(drawn, end_action, cancelled_on) -> None:
    first = row(
        LineRow(external_id="seats", arr_amount=Decimal("1000.05")),
        LineRow(external_id="set-up", arr_amount=Decimal(500), is_recurring=False),
        LineRow(external_id="care", arr_amount=Decimal(70), ends_on=date(2028, 12, 31)),
    )
    terms = versions(replace(first, end_action=end_action), drawn)
    for version in terms:
        steps = arr_steps(
            terms, currency="EUR", from_on=FIRST, until_on=LAST, known_at=version.recorded_at, cancelled_on=cancelled_on
        )
        spans = [(step.from_on, step.until_on) for step in steps]
        assert (spans[0][0], spans[-1][1]) == (FIRST, LAST)
        assert all(last + timedelta(days=1) == first for (_, last), (first, _) in pairwise(spans))
        for step in steps:
            for offset in range((step.until_on - step.from_on).days + 1):
                day = step.from_on + timedelta(days=offset)
                summed = _summed(version, day, cancelled_on)
                assert step.arr.amount == summed == sum(line.arr_amount for line in step.lines)
                found = arr_on(terms, currency="EUR", on=day, known_at=version.recorded_at, cancelled_on=cancelled_on)
                assert found.amount == summed


def _summed(version: Term, day: date, cancelled_on: date | None) -> Decimal:
    """Add up by hand what one version says of a day."""
    if (cancelled_on is not None and day >= cancelled_on) or day < version.starts_on:
        return Decimal(0)
    if day > version.ends_on:
        if version.end_action is not EndAction.EVERGREEN:
            return Decimal(0)
        day = version.ends_on
    return sum(
        (
            line.arr_amount
            for line in version.lines
            if line.is_recurring and line.starts_on <= day <= (line.ends_on or version.ends_on)
        ),
        Decimal(0),
    )


@settings(max_examples=25, deadline=None)
@given(drawn=st.lists(orders(), min_size=1, max_size=4))
def test_amendment_leaves_the_days_before_it_and_the_other_items_alone(drawn) -> None:
    before = row(LineRow(external_id="seats", arr_amount=Decimal(1000)))
    for order in drawn:
        try:
            after = amended_term(before, order)
        except NamedError:
            continue
        old, new = (facts(each, 1, is_last=True) for each in (before, after))
        day = before.starts_on
        while day < order.dates.effective_on:
            assert _amounts(old, day) == _amounts(new, day)
            day += timedelta(days=1)
        assert _others(old, order) == _others(new, order)
        before = after


def _amounts(term: Term, day: date) -> list[Decimal]:
    return sorted(line.arr_amount for line in lines_on((term,), on=day))


def _others(term: Term, order: AmendmentOrder) -> list[Line]:
    return [line for line in term.lines if (line.item or line.external_id) != order.items[0].item]


def test_ramp_counts_from_the_first_day_of_its_phase() -> None:
    phases = [(date(2028, 1, 1), date(2028, 2, 29), "100"), (date(2028, 3, 1), None, "250")]
    lines = tuple(
        LineRow(external_id=f"seats{place}", item="seats", starts_on=first, ends_on=last, arr_amount=Decimal(amount))
        for place, (first, last, amount) in enumerate(phases)
    )
    term = facts(row(*lines), 1, is_last=True)
    steps = arr_steps((term,), currency="EUR", from_on=date(2028, 1, 1), until_on=date(2028, 12, 31))
    assert [(step.from_on, step.until_on, step.arr.amount) for step in steps] == [
        (date(2028, 1, 1), date(2028, 2, 29), Decimal(100)),
        (date(2028, 3, 1), date(2028, 12, 31), Decimal(250)),
    ]
    assert known_terms((term,)) == (term,)


def test_empty_span_has_no_steps() -> None:
    assert arr_steps((), currency="EUR", from_on=LAST, until_on=FIRST) == ()
    (nothing,) = arr_steps((), currency="EUR", from_on=FIRST, until_on=LAST)
    assert (nothing.arr.amount, nothing.lines) == (Decimal(0), ())
