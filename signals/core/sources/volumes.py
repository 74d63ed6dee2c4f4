"""Is a source as busy as usual? The last day that should be in, against that weekday of the eight weeks before.

Medians, so that one odd day (a load of history, a holiday) neither raises an alarm later nor hides one. A source whose
signals come some days after they occurred (a file each Monday, a pull at night) is given that time.
"""

from collections.abc import Mapping, Sequence
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
IN_BY_THEN = 0.9
"""The share of a source's signals that its usual delay covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a weekday usually brings. `count` is None while fewer than three such days are known."""

    count: float | None
    spread: float
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is known of a source: signals by the day they occurred, and when it was last heard.

    `delays` has day, the days after which nine in ten signals of a kind were in, and how many these were. `since` is
    the day the source was made: what occurred before came as history.
    """

    is_active: bool
    last_received_at: datetime | None
    stale_after_days: int
    days: Mapping[date, int]
    delays: Sequence[tuple[date, int, int]] = ()
    since: date | None = None
    is_failing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a source is. `count` and `usual` are signals of `judged_on`; `silent_days` since it was last heard."""

    mood: Mood
    judged_on: date
    count: int
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


def usual_delay(vitals: Vitals, *, today: date) -> int:
    """Return after how many days nine in ten signals of the last eight weeks were in; 0 when nothing is known."""
    first = max(vitals.since or date.min, today - timedelta(weeks=WEEKS))
    counted = sorted((delay, count) for day, delay, count in vitals.delays if first <= day < today)
    enough, seen = IN_BY_THEN * sum(count for _, count in counted), 0
    for delay, count in counted:
        seen += count
        if seen >= enough:
            return delay
    return 0


def pulse_of(vitals: Vitals, *, now: datetime, today: date) -> Pulse:
    """Return how the source is: the worst that is true of it. A day that has not ended, or is not in, is not judged."""
    day = today - timedelta(days=1 + usual_delay(vitals, today=today))
    usual, count = usual_count(vitals.days, day), vitals.days.get(day, 0)
    heard = vitals.last_received_at
    silent = None if heard is None else max((now - heard).days, 0)
    return Pulse(
        mood=_mood(vitals, usual, count, day, silent), judged_on=day, count=count, usual=usual, silent_days=silent
    )


def _mood(vitals: Vitals, usual: Usual, count: int, day: date, silent: int | None) -> Mood:
    if not vitals.is_active:
        return "off"
    if vitals.is_failing:
        return "failing"
    if silent is None:
        return "never"
    if silent > vitals.stale_after_days or _is_quiet(vitals.days, day):
        return "silent"
    if usual.count is None:
        return "new"
    room = SPREADS * usual.spread
    if count < usual.count - room and count < LOW_SHARE * usual.count:
        return "low"
    return "high" if count > usual.count + room and count > HIGH_SHARE * max(usual.count, 1.0) else "well"


def _is_quiet(days: Mapping[date, int], day: date) -> bool:
    """Answer whether nothing occurred on two days in a row, up to `day`, that usually bring something."""
    last = [day - timedelta(days=back) for back in range(QUIET_DAYS)]
    return all(not days.get(each) and (usual_count(days, each).count or 0.0) >= 1.0 for each in last)
