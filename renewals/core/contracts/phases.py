"""Ramps: one item of a term sold in phases, each with its own span, amount and quantity, without gap or overlap."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from renewals.core.errors import EndsBeforeStart, LineOutsideTerm, RampGap, RampOverlap
from renewals.core.records import LineRow, TermRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of a line, both inclusive; `ends_on` None: as long as an open-ended term."""

    starts_on: date
    ends_on: date | None


def item_of(line: LineRow) -> str:
    """Return what the line sells: the item its phases share, else its own external id."""
    return line.item or line.external_id


def span_of(line: LineRow, term: TermRow) -> Span:
    """Return the days of a line in its term; without dates of its own it has those of the term."""
    return Span(starts_on=line.starts_on or term.starts_on, ends_on=line.ends_on or term.ends_on)


def by_item(term: TermRow) -> Mapping[str, tuple[LineRow, ...]]:
    """Return the lines of each item, in the order of their first days."""
    found: dict[str, list[LineRow]] = {}
    for line in sorted(term.lines, key=lambda line: span_of(line, term).starts_on):
        found.setdefault(item_of(line), []).append(line)
    return {item: tuple(lines) for item, lines in found.items()}


def check_ramps(term: TermRow, *, where: str = "") -> None:
    """Refuse phases that leave a gap, overlap, or lie outside their term.

    Raises RampGap, RampOverlap, LineOutsideTerm. Lines that name no item are no phases and are left alone.
    """
    for item, lines in by_item(term).items():
        phases = [line for line in lines if line.item]
        if not phases:
            continue
        place = f"{where}, item {item}".removeprefix(", ")
        spans = [span_of(line, term) for line in phases]
        for span in spans:
            check_inside(span, term, where=place)
        check_phases(spans, where=place)


def check_inside(span: Span, term: TermRow, *, where: str = "") -> None:
    """Refuse a span that begins before or ends after the term, or is empty.

    Raises LineOutsideTerm, EndsBeforeStart.
    """
    if span.ends_on is not None and span.ends_on < span.starts_on:
        raise EndsBeforeStart(f"A phase ends on {span.ends_on} before it starts on {span.starts_on}.", where=where)
    is_late = term.ends_on is not None and (span.ends_on is None or span.ends_on > term.ends_on)
    if span.starts_on < term.starts_on or is_late:
        until = term.ends_on.isoformat() if term.ends_on else "open-ended"
        raise LineOutsideTerm(
            f"{_words(span)} leaves term {term.number} ({term.starts_on.isoformat()} – {until}).", where=where
        )


def check_phases(spans: Iterable[Span], *, where: str = "") -> None:
    """Refuse a gap or an overlap between neighbours; raises RampGap, RampOverlap with the days."""
    ordered = sorted(spans, key=lambda span: span.starts_on)
    for earlier, later in pairwise(ordered):
        if earlier.ends_on is None or later.starts_on <= earlier.ends_on:
            raise RampOverlap(f"The phases {_words(earlier)} and {_words(later)} share days.", where=where)
        if later.starts_on > earlier.ends_on + DAY:
            gap = Span(starts_on=earlier.ends_on + DAY, ends_on=later.starts_on - DAY)
            raise RampGap(f"No phase covers {_words(gap)}.", where=where)


def _words(span: Span) -> str:
    return f"{span.starts_on.isoformat()} – {span.ends_on.isoformat() if span.ends_on else 'open-ended'}"
