"""Days and instants as people read them: "in 42 days · 2 Jan 2027", and how long ago. Reads no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_datetime

from renewals.core.dates.instants import check_zone

LOCALE = "en_GB"
SOON_DAYS = 14
DAYS_A_YEAR, YEARS_FROM = 365, 730
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCell:
    """A day for a page. `when` is relative, `day` absolute, `full` the whole truth for the tip, `iso` for machines.

    `state` is "late", "soon", "later" or "missing".
    """

    when: str
    day: str = ""
    full: str = ""
    iso: str = ""
    state: str = "later"


@lru_cache(maxsize=4096)
def day_words(on: date) -> str:
    """Return "2 Jan 2027"."""
    return str(format_date(on, "d MMM y", locale=LOCALE))


def days_words(days: int) -> str:
    """Return the distance in whole days: "today", "tomorrow", "in 42 days", "3 days ago"."""
    if days == 0:
        return "today"
    if abs(days) == 1:
        return "tomorrow" if days > 0 else "yesterday"
    far = abs(days) >= YEARS_FROM
    words = f"{abs(days) // DAYS_A_YEAR} years" if far else f"{abs(days):,} days"
    return f"in {words}" if days > 0 else f"{words} ago"


def date_cell(on: date | None, *, today: date, is_deadline: bool = False, missing: str = "Not known") -> DateCell:
    """Return the cell of a day; only a deadline turns soon (14 days) or late."""
    if on is None:
        return DateCell(when=missing, state="missing")
    days = (on - today).days
    return DateCell(
        when=days_words(days),
        day=day_words(on),
        full=_full(on),
        iso=on.isoformat(),
        state=_state(days) if is_deadline else "later",
    )


@lru_cache(maxsize=4096)
def _full(on: date) -> str:
    return str(format_date(on, "EEEE d MMMM y", locale=LOCALE))


def notice_cell(on: date | None, *, today: date) -> DateCell | None:
    """Return the cell of a notice deadline; one that is over presses no longer. None when there is no deadline."""
    return None if on is None else date_cell(on, today=today, is_deadline=on >= today)


def instant_cell(at: datetime | None, *, now: datetime, zone: str, missing: str = "Not known") -> DateCell:
    """Return the cell of an instant, its day and full time in `zone`; raises UnknownTimeZone.

    From a day on the distance counts days of the calendar there, so that it agrees with the day beside it.
    """
    if at is None:
        return DateCell(when=missing, state="missing")
    local, here = at.astimezone(check_zone(zone)), now.astimezone(check_zone(zone))
    is_far = abs((now - at).total_seconds()) >= DAY
    return DateCell(
        when=days_words((local.date() - here.date()).days) if is_far else age_words(at, now=now),
        day=day_words(local.date()),
        full=f"{format_datetime(local, 'EEEE d MMMM y, HH:mm', locale=LOCALE)} {zone.replace('_', ' ')}",
        iso=at.isoformat(timespec="seconds"),
    )


def clock_words(at: datetime, *, zone: str) -> str:
    """Return the time of day in `zone`: "14:05"."""
    return at.astimezone(check_zone(zone)).strftime("%H:%M")


def age_words(at: datetime, *, now: datetime) -> str:
    """Return how far an instant is from now: "just now", "12 min ago", "3 h ago", "in 2 days"."""
    seconds = int((now - at).total_seconds())
    size = abs(seconds)
    if size < MINUTE:
        return "just now"
    if size >= DAY:
        return days_words(-(size // DAY) if seconds > 0 else size // DAY)
    words = f"{size // MINUTE} min" if size < HOUR else f"{size // HOUR} h"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def day_title(on: date, *, today: date) -> str:
    """Return the head of a day in a timeline: "Today · Saturday 21 November 2026"."""
    full = str(format_date(on, "EEEE d MMMM y", locale=LOCALE))
    distance = (on - today).days
    return f"{days_words(distance).capitalize()} · {full}" if abs(distance) <= 1 else full


def _state(days: int) -> str:
    if days < 0:
        return "late"
    return "soon" if days <= SOON_DAYS else "later"
