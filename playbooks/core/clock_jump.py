"""By how much a server's clock moved otherwise than time did: what is due by it may be early or late (F20)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP_SECONDS = 60.0
"""Time servers correct by less, and business days, send windows and notice dates do not feel it."""
NEAR_SECONDS = 30.0
"""Only looks so close are compared: a program that slept would pause again what a person resumed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLook:
    """What the server's clock said, asked between two readings of seconds since the machine started.

    `known` is how many jumps had been written down by then, asked before the clock.
    """

    said: datetime
    before: float
    after: float
    known: int = 0


def jumped_seconds(last: ClockLook, this: ClockLook) -> float:
    """Return how far the clock surely went beyond (+) or stayed behind (-) the time between two looks.

    An answer that was long under way makes it less sure, never larger. 0.0 for looks too far apart to be compared.
    """
    if this.after - last.before > NEAR_SECONDS:
        return 0.0
    moved = (this.said - last.said).total_seconds()
    return max(moved - (this.after - last.before), 0.0) + min(moved - (this.before - last.after), 0.0)


def has_jumped(seconds: float) -> bool:
    """Answer whether that is more than a clock is ever corrected by."""
    return abs(seconds) > JUMP_SECONDS


def is_written_down(last: ClockLook, this: ClockLook) -> bool:
    """Answer whether somebody saw a jump between two looks: then it was paused for, and maybe resumed by a person.

    A second jump in that time is seen by whoever wrote the first one down, and by all who have looked since.
    """
    return this.known != last.known


def read_from(mark: datetime, *, overlap: timedelta, now: datetime) -> datetime:
    """Return from where on to read what was recorded: a mark in the future was set before the clock was put back."""
    return mark if mark <= now else now - overlap
