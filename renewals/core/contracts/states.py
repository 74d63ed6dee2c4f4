"""The state of a contract line on a day, read from one decision table, and what may be done with it in each state.

A state is never stored: it follows from the line, the term that holds it and what comes after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from renewals.core.errors import StateNotAllowed
from renewals.core.terms import EndAction


class LineState(StrEnum):
    """Where a line stands on a day."""

    UPCOMING = "upcoming"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    TO_RENEW = "to_renew"
    UPCOMING_CLOSE = "upcoming_close"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LineOperation(StrEnum):
    """What a person may do with a line."""

    CHANGE = "change"
    REMOVE = "remove"
    SUSPEND = "suspend"
    RESUME = "resume"
    RENEW = "renew"


class When(StrEnum):
    """Where a day lies against the line, both ends inclusive."""

    BEFORE = "before"
    IN = "in"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """The seven facts that decide the state of a line on a day.

    `is_cancelled`: the contract is cancelled by that day. `has_end`: the line or its term has a last day.
    `ends_with_term`: it was not ended earlier. `has_successor`: a later phase or term goes on with the same item.
    `is_renewal_open`: a renewal of its term is open.
    """

    when: When
    has_end: bool
    end_action: EndAction
    ends_with_term: bool
    has_successor: bool
    is_cancelled: bool
    is_renewal_open: bool
    is_suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: the facts it asks for (None asks for nothing) and the state it gives."""

    state: LineState
    when: When | None = None
    has_end: bool | None = None
    end_action: EndAction | None = None
    ends_with_term: bool | None = None
    has_successor: bool | None = None
    is_cancelled: bool | None = None
    is_renewal_open: bool | None = None
    is_suspended: bool | None = None

    def holds(self, facts: LineFacts) -> bool:
        """Answer whether every fact the row asks for is as it says."""
        asked = ((getattr(self, field.name), getattr(facts, field.name)) for field in fields(facts))
        return all(wanted is None or wanted == found for wanted, found in asked)


S, W, E = LineState, When, EndAction

# The first row that holds decides; the last one asks for nothing.
TABLE: tuple[Rule, ...] = (
    Rule(state=S.CANCELLED, is_cancelled=True),
    Rule(state=S.UPCOMING, when=W.BEFORE),
    Rule(state=S.SUSPENDED, when=W.IN, is_suspended=True),
    Rule(state=S.IN_PROGRESS, has_end=False),
    Rule(state=S.CLOSED, when=W.AFTER, has_successor=True),
    Rule(state=S.CLOSED, when=W.AFTER, ends_with_term=False),
    Rule(state=S.IN_PROGRESS, when=W.AFTER, end_action=E.EVERGREEN),
    Rule(state=S.LAPSED, when=W.AFTER, is_renewal_open=True),
    Rule(state=S.CLOSED, when=W.AFTER),
    Rule(state=S.IN_PROGRESS, has_successor=True),
    Rule(state=S.UPCOMING_CLOSE, ends_with_term=False),
    Rule(state=S.UPCOMING_CLOSE, end_action=E.END),
    Rule(state=S.IN_PROGRESS, end_action=E.EVERGREEN),
    Rule(state=S.TO_RENEW, is_renewal_open=True),
    Rule(state=S.IN_PROGRESS),
)

ALLOWED: Mapping[LineState, tuple[LineOperation, ...]] = MappingProxyType(
    {
        S.UPCOMING: (LineOperation.CHANGE, LineOperation.REMOVE),
        S.IN_PROGRESS: (LineOperation.CHANGE, LineOperation.REMOVE, LineOperation.SUSPEND),
        S.SUSPENDED: (LineOperation.CHANGE, LineOperation.REMOVE, LineOperation.RESUME),
        S.TO_RENEW: (LineOperation.CHANGE, LineOperation.REMOVE, LineOperation.SUSPEND, LineOperation.RENEW),
        S.UPCOMING_CLOSE: (LineOperation.CHANGE, LineOperation.REMOVE, LineOperation.SUSPEND, LineOperation.RENEW),
        S.LAPSED: (LineOperation.RENEW,),
        S.CLOSED: (),
        S.CANCELLED: (),
    }
)


def line_state(facts: LineFacts) -> LineState:
    """Return the state that the first fitting row of the table gives."""
    return next(rule.state for rule in TABLE if rule.holds(facts))


def when_of(day: date, *, starts_on: date, ends_on: date | None) -> When:
    """Return where the day lies against a span, both ends inclusive; `ends_on` None never ends."""
    if day < starts_on:
        return When.BEFORE
    return When.IN if ends_on is None or day <= ends_on else When.AFTER


def check_operation(state: LineState, operation: LineOperation, *, where: str = "") -> None:
    """Raise StateNotAllowed unless a line in this state may be treated so."""
    if operation in ALLOWED[state]:
        return
    ways = ", ".join(each.value for each in ALLOWED[state]) or "nothing: it is over"
    name = state.value.replace("_", " ")
    raise StateNotAllowed(
        f"A line that is {name} takes no {operation.value}.", where=where, remedy=f"It takes: {ways}."
    )


def line_states_text() -> str:
    """Return the part of docs/states.md about contract lines, in Markdown, from the table above."""
    lines = ["## Contract line", "", "The first row that holds decides; `-` asks for nothing.", ""]
    names = [field.name for field in fields(LineFacts)]
    lines += [f"| {' | '.join(name.replace('_', ' ') for name in names)} | state |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| {' | '.join(_cell(rule, name) for name in names)} | {rule.state} |" for rule in TABLE]
    lines += ["", "| state of a line | what may be done |", "|---|---|"]
    lines += [f"| {state} | {', '.join(each.value for each in ALLOWED[state]) or '-'} |" for state in LineState]
    return "\n".join(lines) + "\n"


def _cell(rule: Rule, name: str) -> str:
    asked = getattr(rule, name)
    if isinstance(asked, bool):
        return "yes" if asked else "no"
    return "-" if asked is None else str(asked)
