"""What is odd in the chain of a contract: gaps and overlaps of terms and phases, numbers left out, lost ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from renewals.core.terms import Line, Term, known_terms, term_findings

DAY = timedelta(days=1)

ChainCode = Literal[
    "term_gap",
    "term_overlap",
    "term_number_skipped",
    "phase_gap",
    "phase_overlap",
    "line_outside_term",
    "term_without_lines",
    "renewal_off_term",
]
_TERM_CODES: dict[str, ChainCode] = {"W-DATE-06": "term_gap", "E-DATE-05": "term_overlap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProblem:
    """Something odd in a term, with the days it is about; `item` for what it sells."""

    code: ChainCode
    term: int
    from_on: date
    until_on: date | None
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """The due date an open renewal holds for the term that ends."""

    term: int
    due_on: date


def chain_problems(
    terms: Iterable[Term], *, renewals: Iterable[DueDate] = (), known_at: datetime | None = None
) -> tuple[ChainProblem, ...]:
    """Return what is odd in the live terms of a contract, or those known at an instant, by the first day it is about.

    An empty tuple: all is well.
    """
    live = known_terms(terms, known_at=known_at)
    found = [
        ChainProblem(code=_TERM_CODES[each.code], term=each.later, from_on=each.from_on, until_on=each.until_on)
        for each in term_findings(replace(term, superseded_at=None) for term in live)
    ]
    found += [
        ChainProblem(code="term_number_skipped", term=later.number, from_on=later.starts_on, until_on=later.ends_on)
        for earlier, later in pairwise(live)
        if later.number != earlier.number + 1
    ]
    for term in live:
        found += _term_problems(term)
    found += _lost_dates(live, renewals)
    return tuple(sorted(found, key=lambda each: (each.from_on, each.term, each.code, each.item)))


def _term_problems(term: Term) -> list[ChainProblem]:
    if not term.lines:
        return [
            ChainProblem(code="term_without_lines", term=term.number, from_on=term.starts_on, until_on=term.ends_on)
        ]
    outside = [line for line in term.lines if _is_outside(line, term)]
    found = [_about(line, term, "line_outside_term", line.starts_on, line.ends_on) for line in outside]
    items: dict[str, list[Line]] = {}
    for line in sorted(term.lines, key=lambda line: line.starts_on):
        if line.item:
            items.setdefault(line.item, []).append(line)
    for lines in items.values():
        for earlier, later in pairwise(lines):
            found += _between(earlier, later, term)
    return found


def _is_outside(line: Line, term: Term) -> bool:
    if line.starts_on < term.starts_on:
        return True
    return term.ends_on is not None and max(line.starts_on, line.ends_on or line.starts_on) > term.ends_on


def _between(earlier: Line, later: Line, term: Term) -> list[ChainProblem]:
    last = earlier.ends_on or term.ends_on
    if last is None or later.starts_on <= last:
        return [_about(later, term, "phase_overlap", later.starts_on, last)]
    if later.starts_on > last + DAY:
        return [_about(later, term, "phase_gap", last + DAY, later.starts_on - DAY)]
    return []


def _about(line: Line, term: Term, code: ChainCode, from_on: date, until_on: date | None) -> ChainProblem:
    name = line.item or line.external_id
    return ChainProblem(code=code, term=term.number, from_on=from_on, until_on=until_on, item=name)


def _lost_dates(live: tuple[Term, ...], renewals: Iterable[DueDate]) -> list[ChainProblem]:
    """A renewal whose due date is not the day after its term: a wrong date would go on into the next term."""
    ends = {term.number: term.ends_on for term in live}
    return [
        ChainProblem(code="renewal_off_term", term=each.term, from_on=each.due_on, until_on=ends.get(each.term))
        for each in renewals
        if (last := ends.get(each.term)) is None or each.due_on != last + DAY
    ]
