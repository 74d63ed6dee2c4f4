"""What is known of a negotiation: competitors, objections, openings; and how long a cycle took."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoteKind(StrEnum):
    """What a note is about."""

    COMPETITOR = "competitor"
    OBJECTION = "objection"
    UP_SELL = "up_sell"
    CROSS_SELL = "cross_sell"


class NoteSource(StrEnum):
    """Where it was heard."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    SURVEY = "survey"
    TREE = "tree"
    COLLEAGUE = "colleague"
    OTHER = "other"


OPENINGS = (NoteKind.UP_SELL, NoteKind.CROSS_SELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleLength:
    """How many days a cycle took from the first touch to its close, or has taken so far; None: never touched."""

    days: int | None
    is_running: bool


def cycle_length(*, first_touch_on: date | None, closed_on: date | None, today: date) -> CycleLength:
    """Return the length of a cycle in days; a touch after the close counts as none.

    Source: glossary, time to renewal: close date less first touch.
    """
    end = closed_on or today
    if first_touch_on is None or first_touch_on > end:
        return CycleLength(days=None, is_running=closed_on is None)
    return CycleLength(days=(end - first_touch_on).days, is_running=closed_on is None)
