"""Is a source as busy as usual? Yesterday against the same weekday of the eight weeks before, by medians.

Medians, so that one odd day (a load of history, a holiday) neither raises an alarm later nor hides one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

Mood = Literal["off", "never", "failing", "silent", "low", "high", "new", "well"]
WEEKS = 8
FEWEST_WEEKS = 3
SPREADS = 3.0
MAD_TO_SIGMA = 1.4826
LOW_SHARE, HIGH_SHARE = 0.5, 3.0
QUIET_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a weekday usually brings. `count` is None while fewer than three such days are known."""

    count: float | None
    spread: float
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is known of a source: signals by the day they occurred, and when it was last heard."""

    is_active: bool
    last_received_at: datetime | None
    stale_after_days: int
    days: Mapping[date, int]
    is_failing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a source is. `yesterday` and `usual` are signals a day; `silent_days` since it was last heard."""

    mood: Mood
    yesterday: int
    usual: Usual
    silent_days: int | None

    @property
    def is_alarm(self) -> bool:
        """Answer whether somebody should look."""
        return self.mood in ("failing", "silent", "low", "high")


def usual_count(days: Mapping[date, int], on: date) -> Usual:
    """Return the median of the same weekday in the eight weeks before `on`, counted from the first day known."""
    known = [day for day, count in days.items() if count]
    first = min(known, default=on)
    before = (on - timedelta(weeks=week) for week in range(1, WEEKS + 1))
    counts = [days.get(day, 0) for day in before if day >= first]
    if len(counts) < FEWEST_WEEKS:
        return Usual(count=None, spread=0.0, weeks=len(counts))
    middle = median(counts)
    spread = MAD_TO_SIGMA * median(abs(count - middle) for count in counts)
    return Usual(count=float(middle), spread=spread, weeks=len(counts))


def pulse_of(vitals: Vitals, *, now: datetime, today: date) -> Pulse:
    """Return how the source is: the worst that is true of it. The day that has not ended is not judged."""
    day = today - timedelta(days=1)
    usual, count = usual_count(vitals.days, day), vitals.days.get(day, 0)
    heard = vitals.last_received_at
    silent = None if heard is None else max((now - heard).days, 0)
    return Pulse(mood=_mood(vitals, usual, count, today, silent), yesterday=count, usual=usual, silent_days=silent)


def _mood(vitals: Vitals, usual: Usual, count: int, today: date, silent: int | None) -> Mood:
    if not vitals.is_active:
        return "off"
    if vitals.is_failing:
        return "failing"
    if silent is None:
        return "never"
    if silent > vitals.stale_after_days or _is_quiet(vitals.days, today):
        return "silent"
    if usual.count is None:
        return "new"
    room = SPREADS * usual.spread
    if count < usual.count - room and count < LOW_SHARE * usual.count:
        return "low"
    return "high" if count > usual.count + room and count > HIGH_SHARE * max(usual.count, 1.0) else "well"


def _is_quiet(days: Mapping[date, int], today: date) -> bool:
    """Answer whether nothing occurred on two days in a row that usually bring something."""
    last = [today - timedelta(days=back) for back in range(1, QUIET_DAYS + 1)]
    return all(not days.get(day) and (usual_count(days, day).count or 0.0) >= 1.0 for day in last)
