"""Suspend and resume items: phases in which an item rests count as nothing; what was agreed for later days stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from renewals.core.contracts.amendments import ItemChange, Phase
from renewals.core.contracts.phases import Span, by_item, span_of
from renewals.core.errors import EndsBeforeStart, InvalidInput, StateNotAllowed, UnknownReference
from renewals.core.records import LineRow, TermRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A line of an item with its days, cut to those that matter."""

    line: LineRow
    span: Span


def suspended(
    term: TermRow, items: Iterable[str], *, from_on: date, until_on: date | None = None
) -> tuple[ItemChange, ...]:
    """Return the changes that let items rest from a day to another, both inclusive; None: to the end of the term.

    Raises EndsBeforeStart, UnknownReference for an item that does not run on the day, StateNotAllowed for one at rest.
    """
    if until_on is not None and until_on < from_on:
        raise EndsBeforeStart(f"The suspension ends on {until_on} before it starts on {from_on}.")
    return tuple(_suspended(term, item, from_on, until_on) for item in items)


def resumed(term: TermRow, items: Iterable[str], *, from_on: date) -> tuple[ItemChange, ...]:
    """Return the changes that let items run again from a day on, at the price before they rested.

    Raises UnknownReference, StateNotAllowed for an item that does not rest then, InvalidInput for one without a price.
    """
    return tuple(_resumed(term, item, from_on) for item in items)


def _suspended(term: TermRow, item: str, from_on: date, until_on: date | None) -> ItemChange:
    rest = _from(term, item, from_on)
    if rest[0].line.is_suspended:
        raise StateNotAllowed(f"{item} rests on {from_on.isoformat()} already.", where=f"item {item}")
    last = rest[-1].span.ends_on
    end = last if until_on is None or (last is not None and until_on >= last) else until_on
    pause = _phase(term, Span(starts_on=from_on, ends_on=end), Decimal(0), rest[0].line.quantity, is_suspended=True)
    later = () if end is None or end == last else _cut(rest, end + DAY)
    return ItemChange(item=item, phases=(pause, *(_kept(term, part) for part in later)))


def _resumed(term: TermRow, item: str, from_on: date) -> ItemChange:
    rest = _from(term, item, from_on)
    if not rest[0].line.is_suspended:
        raise StateNotAllowed(f"{item} does not rest on {from_on.isoformat()}.", where=f"item {item}")
    before = [line for line in by_item(term)[item] if not line.is_suspended and span_of(line, term).starts_on < from_on]
    if not before:
        raise InvalidInput(
            f"{item} has rested from its first day: there is no price to go on at.",
            where=f"item {item}",
            remedy="Change the line and give its amount.",
        )
    first = _phase(term, rest[0].span, before[-1].arr_amount, before[-1].quantity)
    return ItemChange(item=item, phases=(first, *(_kept(term, part) for part in rest[1:])))


def _from(term: TermRow, item: str, day: date) -> tuple[_Part, ...]:
    """Return what of an item lies on the day and after it; the first part holds the day."""
    parts = [_Part(line=line, span=span_of(line, term)) for line in by_item(term).get(item, ())]
    rest = _cut(parts, day)
    if not rest or rest[0].span.starts_on > day:
        raise UnknownReference(f"{item} does not run on {day.isoformat()}.", where=f"item {item}")
    return rest


def _cut(parts: Iterable[_Part], day: date) -> tuple[_Part, ...]:
    return tuple(
        _Part(line=part.line, span=Span(starts_on=max(day, part.span.starts_on), ends_on=part.span.ends_on))
        for part in parts
        if part.span.ends_on is None or part.span.ends_on >= day
    )


def _kept(term: TermRow, part: _Part) -> Phase:
    line = part.line
    return _phase(term, part.span, line.arr_amount, line.quantity, is_suspended=line.is_suspended)


def _phase(term: TermRow, span: Span, amount: Decimal, quantity: Decimal, *, is_suspended: bool = False) -> Phase:
    return Phase(
        starts_on=span.starts_on,
        ends_on=None if span.ends_on == term.ends_on else span.ends_on,
        arr_amount=amount,
        quantity=quantity,
        is_suspended=is_suspended,
    )
