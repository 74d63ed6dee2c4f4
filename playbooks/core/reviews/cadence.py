"""When a series of reviews meets: the next day by its rule, the instant it begins, and when its agenda is made."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from playbooks.core.errors import SeriesRefused
from renewals.core.dates import add_months, check_zone, local_instant, quarter_of, start_of_day

WEEK_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_LEAD_DAYS = 6
LEAST_MINUTES, MOST_MINUTES = 10, 480


class Every(StrEnum):
    """How often it meets; of a month or a quarter it is the first such day of the week."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The rule of a series: `weekday` 0 is Monday; the agenda is made `lead_days` before the meeting."""

    every: Every
    weekday: int
    at: time
    zone: str
    minutes: int
    lead_days: int


def check_cadence(cadence: Cadence) -> None:
    """Raise SeriesRefused, or UnknownTimeZone, for a rule by which nobody could meet."""
    check_zone(cadence.zone)
    if not 0 <= cadence.weekday < len(WEEK_DAYS):
        raise SeriesRefused("Choose a day of the week.", where="weekday")
    if not LEAST_MINUTES <= cadence.minutes <= MOST_MINUTES:
        raise SeriesRefused(f"A review lasts {LEAST_MINUTES} to {MOST_MINUTES} minutes.", where="minutes")
    if not 0 <= cadence.lead_days <= MOST_LEAD_DAYS:
        raise SeriesRefused(f"The agenda is made 0 to {MOST_LEAD_DAYS} days before.", where="lead_days")


def next_day(cadence: Cadence, *, today: date, after: date | None) -> date:
    """Return the first day of the cadence from today on that comes later than `after`, the last one that was opened.

    Days that passed while nothing ran are left out: nobody holds a meeting of last month.
    """
    floor = today if after is None else max(today, after + timedelta(days=1))
    if cadence.every is Every.WEEK:
        return _weekday_from(floor, cadence.weekday)
    first = _weekday_from(_start_of_period(cadence.every, floor), cadence.weekday)
    if first >= floor:
        return first
    return _weekday_from(_next_period(cadence.every, floor), cadence.weekday)


def starts_at(cadence: Cadence, day: date) -> datetime:
    """Return the instant the meeting of a day begins, in UTC."""
    return local_instant(day, cadence.at, cadence.zone)


def is_to_open(cadence: Cadence, day: date, *, now: datetime) -> bool:
    """Answer whether the agenda of the meeting on `day` is to be made by now."""
    return start_of_day(day - timedelta(days=cadence.lead_days), cadence.zone) <= now


def _weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _start_of_period(every: Every, day: date) -> date:
    return quarter_of(day).starts_on if every is Every.QUARTER else day.replace(day=1)


def _next_period(every: Every, day: date) -> date:
    return add_months(_start_of_period(every, day), 3 if every is Every.QUARTER else 1)
