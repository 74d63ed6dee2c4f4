"""When a page is mailed to the person who subscribed to it: once a day or a week, at their hour in their zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from renewals.core.dates import check_zone

DAYS_A_WEEK = 7
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=10)
LEASE = timedelta(minutes=5)
"""For how long a mail belongs to the worker that marked it: longer than any channel takes to answer."""


class Every(StrEnum):
    """How often a page is mailed."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Every day, or every week on a weekday (0 is Monday), at an hour of the day in a zone."""

    every: Every
    weekday: int
    hour: int
    zone: str


def next_mail_at(rhythm: Rhythm, *, now: datetime) -> datetime:
    """Return the next moment of the rhythm after `now`; after a rest one mail is due, not many."""
    zone = check_zone(rhythm.zone)
    today = now.astimezone(zone).date()
    return next(
        at
        for days in range(DAYS_A_WEEK + 2)
        for day in (today + timedelta(days=days),)
        if _is_day(rhythm, day)
        for at in (datetime.combine(day, time(rhythm.hour), zone),)
        if at > now
    )


def mail_key(at: datetime) -> str:
    """Return the key of what is mailed for one moment: the same for all who try."""
    return at.isoformat(timespec="minutes")


def _is_day(rhythm: Rhythm, day: date) -> bool:
    return rhythm.every is Every.DAY or day.weekday() == rhythm.weekday


def may_be_tried_again(attempts: int, *, has_key: bool) -> bool:
    """Answer whether a mail whose sender died is handed over again.

    Its key makes the provider keep one of both. Without keys the same message id is all there is: a page that comes
    twice harms nobody and one that never comes is missed, so it is tried once more and then given up.
    """
    return attempts < (MOST_ATTEMPTS if has_key else 2)
