"""Assign a contract to another account from a day on: which terms the new owner takes over, as they are left."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from renewals.core.contracts.phases import span_of
from renewals.core.errors import AmendmentOutsideTerm
from renewals.core.price_terms import agreed_of
from renewals.core.records import LineRow, TermRow


def assigned_terms(terms: Iterable[TermRow], *, effective_on: date, where: str = "") -> tuple[TermRow, ...]:
    """Return the terms of the new contract, numbered from 1: what is left of the term on that day, and later ones.

    On every day the old contract before it and the new one from it on count what the old one would have counted.
    Raises AmendmentOutsideTerm when no term holds the day.
    """
    ordered = sorted(terms, key=lambda term: term.starts_on)
    kept = [left for term in ordered if (left := _left(term, effective_on)) is not None]
    if not kept or kept[0].starts_on > effective_on:
        raise AmendmentOutsideTerm(f"No term holds {effective_on.isoformat()}.", where=where)
    said = ((term.number, term.price) for term in ordered if term.price is not None)
    kept[0] = replace(kept[0], price=agreed_of(said, number=kept[0].number))
    return tuple(replace(term, number=place, change_reason="Assigned") for place, term in enumerate(kept, start=1))


def _left(term: TermRow, day: date) -> TermRow | None:
    if term.ends_on is not None and term.ends_on < day:
        return None
    if term.starts_on >= day:
        return term
    lines = tuple(left for line in term.lines if (left := _line_left(line, term, day)) is not None)
    return replace(term, starts_on=day, lines=lines)


def _line_left(line: LineRow, term: TermRow, day: date) -> LineRow | None:
    span = span_of(line, term)
    if span.ends_on is not None and span.ends_on < day:
        return None
    return replace(line, starts_on=max(day, span.starts_on))
