"""ARR by date as steps: on which days a contract is worth how much, and which lines make it up, in both times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from renewals.core.money import Money, total
from renewals.core.terms import Line, Term, known_terms, term_on

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrStep:
    """The days on which ARR stays the same, both inclusive, and the recurring lines that make it up."""

    from_on: date
    until_on: date
    arr: Money
    lines: tuple[Line, ...]


def lines_on(
    terms: Iterable[Term], *, on: date, known_at: datetime | None = None, cancelled_on: date | None = None
) -> tuple[Line, ...]:
    """Return the lines alive on a day, one-off ones included, in the order of the term; none when no term governs.

    An evergreen term goes on after its last day with the lines of that day, as in `terms.arr_on`.
    """
    term = term_on(terms, on=on, known_at=known_at, cancelled_on=cancelled_on)
    if term is None:
        return ()
    day = on if term.covers(on) or term.ends_on is None else term.ends_on
    return tuple(line for line in term.lines if line.is_live_on(day))


def arr_steps(
    terms: Iterable[Term],
    *,
    currency: str,
    from_on: date,
    until_on: date,
    known_at: datetime | None = None,
    cancelled_on: date | None = None,
) -> tuple[ArrStep, ...]:
    """Return ARR from one day to another, both inclusive, as the fewest steps; none when the span is empty.

    Every amount is the exact sum of its recurring lines, never rounded (source: glossary 5a).
    """
    known = known_terms(terms, known_at=known_at)
    if until_on < from_on:
        return ()
    days = [from_on, *(day for day in _turns(known, cancelled_on) if from_on < day <= until_on)]
    steps: list[ArrStep] = []
    for first, following in zip(days, [*days[1:], until_on + DAY], strict=True):
        alive = lines_on(terms, on=first, known_at=known_at, cancelled_on=cancelled_on)
        lines = tuple(line for line in alive if line.is_recurring)
        if steps and steps[-1].lines == lines:
            steps[-1] = _step(steps[-1].from_on, following - DAY, lines, currency)
        else:
            steps.append(_step(first, following - DAY, lines, currency))
    return tuple(steps)


def _step(from_on: date, until_on: date, lines: tuple[Line, ...], currency: str) -> ArrStep:
    arr = total((Money(line.arr_amount, currency) for line in lines), currency=currency)
    return ArrStep(from_on=from_on, until_on=until_on, arr=arr, lines=lines)


def _turns(terms: tuple[Term, ...], cancelled_on: date | None) -> list[date]:
    """Return every day on which ARR may change, in order."""
    spans = [(term.starts_on, term.ends_on) for term in terms]
    spans += [(line.starts_on, line.ends_on) for term in terms for line in term.lines]
    days = {first for first, _ in spans} | {last + DAY for _, last in spans if last is not None}
    return sorted(days | ({cancelled_on} if cancelled_on is not None else set()))
