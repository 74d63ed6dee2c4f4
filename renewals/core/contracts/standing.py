"""Every line of a contract with its state on a day, as known at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from renewals.core.contracts.states import LineFacts, LineState, line_state, when_of
from renewals.core.terms import Line, Term, known_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStanding:
    """A line, the term it belongs to, its last day (of its own or the term's), and where it stands."""

    term: int
    line: Line
    ends_on: date | None
    state: LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFacts:
    """A contract as it is to be read; `open_terms` are the numbers of terms whose renewal is open."""

    terms: tuple[Term, ...]
    on: date
    known_at: datetime | None = None
    cancelled_on: date | None = None
    open_terms: frozenset[int] = frozenset()


def line_standings(facts: StandingFacts) -> tuple[LineStanding, ...]:
    """Return all lines of the terms known, by term, item and first day, each with its state on the day."""
    known = known_terms(facts.terms, known_at=facts.known_at)
    found = []
    for place, term in enumerate(known):
        following = known[place + 1 :]
        for line in sorted(term.lines, key=lambda line: (key_of(line), line.starts_on)):
            ends_on = line.ends_on or term.ends_on
            state = line_state(_facts(line, term, following, facts))
            found.append(LineStanding(term=term.number, line=line, ends_on=ends_on, state=state))
    return tuple(found)


def key_of(line: Line) -> str:
    """Return what the line sells: the item its phases share, else its own external id."""
    return line.item or line.external_id


def _facts(line: Line, term: Term, following: tuple[Term, ...], facts: StandingFacts) -> LineFacts:
    ends_on = line.ends_on or term.ends_on
    cancelled_on = facts.cancelled_on
    is_later = any(key_of(each) == key_of(line) and each.starts_on > line.starts_on for each in term.lines)
    return LineFacts(
        when=when_of(facts.on, starts_on=line.starts_on, ends_on=ends_on),
        has_end=ends_on is not None,
        end_action=term.end_action,
        ends_with_term=ends_on == term.ends_on,
        has_successor=is_later or _goes_on(line, following),
        is_cancelled=cancelled_on is not None and cancelled_on <= facts.on,
        is_renewal_open=term.number in facts.open_terms,
        is_suspended=line.is_suspended,
    )


def _goes_on(line: Line, following: Iterable[Term]) -> bool:
    return any(key_of(each) == key_of(line) for term in following for each in term.lines)
