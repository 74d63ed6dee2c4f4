"""The book a forecast is made of, and its figures part by part: what is drawn, what is certain, what is not known.

An open renewal without a chance is counted and named, and never guessed into the band.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from typing import Any

from signals.core.forecast.draw import Drawn, OpenRenewal
from signals.core.forecast.figures import Band, Key, figures_of, part_keys

Cell = tuple[str, int, int]
NO_BAND = Band(low=0.0, middle=0.0, high=0.0, mean=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRenewal:
    """An open renewal that is in no band: no chance is known, or no rate for its currency (`amount` None)."""

    renewal_id: int
    quarter_on: date
    cell: Cell
    amount: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSums:
    """Renewals of a quarter and cell that are decided: their targets, what was signed, and of that up to the target."""

    quarter_on: date
    cell: Cell
    number: int
    kept_number: int
    target: float
    final: float
    kept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """An open renewal that its owner has called a commit, with the amount he called."""

    quarter_on: date
    cell: Cell
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All renewals a forecast speaks of, those of a year before among the closed ones."""

    open: tuple[OpenRenewal, ...]
    unknown: tuple[UnknownRenewal, ...]
    closed: tuple[ClosedSums, ...]
    commits: tuple[Commit, ...]


def quarter_start(day: date) -> date:
    """Return the first day of the quarter of a day."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def next_quarter(quarter_on: date) -> date:
    """Return the first day of the quarter after the one that begins on this day."""
    return quarter_start(quarter_on + timedelta(days=95))


def year_before(quarter_on: date) -> date:
    """Return the first day of the same quarter a year ago."""
    return quarter_on.replace(year=quarter_on.year - 1)


def quarters_from(quarter_on: date, number: int) -> tuple[date, ...]:
    """Return so many quarters, this one first."""
    found = [quarter_on]
    while len(found) < number:
        found.append(next_quarter(found[-1]))
    return tuple(found)


def hash_of(book: Book, laws: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that the figures follow from, in one spelling."""
    parts: Iterable[Any] = (
        [astuple(each) for each in getattr(book, name)] for name in ("open", "unknown", "closed", "commits")
    )
    text = json.dumps([list(parts), laws], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class _Counts:
    open: int = 0
    open_amount: float = 0.0
    unknown: int = 0
    unknown_amount: float = 0.0
    without_rate: int = 0
    closed: int = 0
    closed_kept: int = 0
    closed_target: float = 0.0
    closed_final: float = 0.0
    closed_base: float = 0.0
    commits: float = 0.0
    past: int = 0
    past_target: float = 0.0
    past_final: float = 0.0


def part_tables(
    book: Book, drawn: Mapping[Key, Drawn], *, quarters: Sequence[date], minimum_past: int
) -> dict[Key, dict[str, Any]]:
    """Return the figures of each part as they are stored; what is decided is inside every band."""
    counts = _counted(book, set(quarters))
    return {key: _table(counts[key], drawn.get(key), minimum_past) for key in sorted(counts)}


def _counted(book: Book, quarters: set[date]) -> dict[Key, _Counts]:
    found: dict[Key, _Counts] = {}

    def parts(quarter_on: date, cell: Cell) -> Iterator[_Counts]:
        for key in part_keys(quarter_on, *cell):
            yield found.setdefault(key, _Counts())

    for each in book.open:
        for part in parts(each.quarter_on, each.cell):
            part.open += 1
            part.open_amount += each.amount
    for unknown in book.unknown:
        for part in parts(unknown.quarter_on, unknown.cell):
            part.unknown += 1
            part.unknown_amount += unknown.amount or 0.0
            part.without_rate += unknown.amount is None
    for commit in book.commits:
        for part in parts(commit.quarter_on, commit.cell):
            part.commits += commit.amount
    _count_closed(book.closed, quarters, parts)
    return {key: part for key, part in found.items() if key[0] in quarters}


def _count_closed(closed: Sequence[ClosedSums], quarters: set[date], parts: Any) -> None:
    """Add what is decided to its quarter, and to the same quarter a year later as what it was like then."""
    for each in closed:
        if each.quarter_on in quarters:
            for part in parts(each.quarter_on, each.cell):
                part.closed += each.number
                part.closed_kept += each.kept_number
                part.closed_target += each.target
                part.closed_final += each.final
                part.closed_base += each.kept
        later = each.quarter_on.replace(year=each.quarter_on.year + 1)
        if later in quarters:
            for part in parts(later, each.cell):
                part.past += each.number
                part.past_target += each.target
                part.past_final += each.final


def _table(part: _Counts, drawn: Drawn | None, minimum_past: int) -> dict[str, Any]:
    figures = figures_of(drawn) if drawn is not None else None
    certain = {
        "total": part.closed_final,
        "kept": part.closed_base,
        "expansion": part.closed_final - part.closed_base,
        "slipped": 0.0,
        "count": float(part.closed_kept),
    }
    bands = {name: (getattr(figures, name) if figures else NO_BAND).plus(amount) for name, amount in certain.items()}
    rate = part.past_final / part.past_target if part.past >= minimum_past and part.past_target > 0 else None
    return {
        "open": [part.open, round(part.open_amount, 2)],
        "unknown": [part.unknown, round(part.unknown_amount, 2), part.without_rate],
        "closed": [part.closed, round(part.closed_target, 2), round(part.closed_final, 2), part.closed_kept],
        "commits": round(part.closed_final + part.commits, 2),
        "last_year": [part.past, rate],
        **{name: [round(each, 2) for each in (b.low, b.middle, b.high, b.mean)] for name, b in bands.items()},
    }
