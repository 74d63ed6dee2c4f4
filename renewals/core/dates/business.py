"""Business days of one country, from facts: which weekdays are free, which days are holidays.

Loading holidays is the work of queries; here a deadline only ever moves a send earlier.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from renewals.core.errors import InvalidInput

LONGEST_CLOSURE_DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Free weekdays (Monday is 0) and holidays; `country` is shown with every date that used it, '' if unknown."""

    country: str = ""
    weekend_days: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a week without a business day: every search below would never end."""
        if not self.weekend_days < frozenset(range(7)):
            raise InvalidInput("A calendar needs weekend days among 0-6 and at least one business day a week.")

    def is_business_day(self, day: date) -> bool:
        """Answer whether people in this country work on `day`."""
        return day.weekday() not in self.weekend_days and day not in self.holidays


def on_or_before_business_day(day: date, calendar: BusinessCalendar) -> date:
    """Return `day` itself or the nearest business day before it."""
    return _walk(day, calendar, step=-1)


def next_business_day(day: date, calendar: BusinessCalendar) -> date:
    """Return `day` itself or the nearest business day after it."""
    return _walk(day, calendar, step=1)


def safe_send_on(deadline_on: date, calendar: BusinessCalendar) -> date:
    """Return the last day on which to send so that a deadline is met: never later than the deadline."""
    return on_or_before_business_day(deadline_on, calendar)


def add_business_days(day: date, count: int, calendar: BusinessCalendar) -> date:
    """Return the day `count` business days after `day` (before it when negative).

    `day` itself is never counted; zero returns the nearest business day on or before, so that nothing drifts later.
    """
    if count == 0:
        return on_or_before_business_day(day, calendar)
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day = _walk(day + step, calendar, step=step.days)
    return day


def business_days_between(first: date, last: date, calendar: BusinessCalendar) -> int:
    """Return the business days after `first` up to and including `last`; negative when `last` lies before."""
    if last < first:
        return -business_days_between(last, first, calendar)
    days = (first + timedelta(days=offset) for offset in range(1, (last - first).days + 1))
    return sum(1 for day in days if calendar.is_business_day(day))


def _walk(day: date, calendar: BusinessCalendar, *, step: int) -> date:
    for _ in range(LONGEST_CLOSURE_DAYS):
        if calendar.is_business_day(day):
            return day
        day += timedelta(days=step)
    raise InvalidInput(f"No business day within {LONGEST_CLOSURE_DAYS} days of {day.isoformat()}.")
