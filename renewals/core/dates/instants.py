"""Local day and time turned into one instant, and the zone that counts, with where it was taken from.

A time that a clock change skips becomes the first valid minute after it; a time that comes twice means the first.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from renewals.core.errors import UnknownTimeZone

LocalTimeKind = Literal["plain", "gap", "fold"]
ZoneSource = Literal["contact", "account", "owner", "workspace"]


@lru_cache(maxsize=1024)
def check_zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA region name ('UTC' is allowed); raises UnknownTimeZone for `EST`, `GMT+2`, typos."""
    if name not in ("UTC", "Etc/UTC") and ("/" not in name or name.startswith(("Etc/", "posix", "right", "SystemV/"))):
        raise UnknownTimeZone(f"Time zone '{name}' is not a region.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimeZone(f"Time zone '{name}' is unknown.") from None


def local_time_kind(day: date, at: time, zone: str) -> LocalTimeKind:
    """Answer whether the wall clock shows this time once ('plain'), never ('gap') or twice ('fold')."""
    early, late = _both_readings(day, at, check_zone(zone))
    if early == late:
        return "plain"
    return "fold" if early < late else "gap"


@lru_cache(maxsize=65_536)
@lru_cache(maxsize=8_192)
def local_instant(day: date, at: time, zone: str) -> datetime:
    """Return the instant, in UTC, at which the wall clock of `zone` shows `day` and `at`.

    Gap: the first valid minute after it (2026-03-08 02:30 New York is 03:00, 07:00Z). Fold: the first occurrence.
    Raises UnknownTimeZone.
    """
    region = check_zone(zone)
    early, late = _both_readings(day, at, region)
    return early if early <= late else _first_instant_after_gap(late, early, region)


def start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant, in UTC, of a local day; not always midnight (Santiago and Cairo skip it)."""
    return local_instant(day, time(0), zone)


@lru_cache(maxsize=8_192)
def local_date(instant: datetime, zone: str) -> date:
    """Return the day the calendar of `zone` shows at an aware instant."""
    return instant.astimezone(check_zone(zone)).date()


def _both_readings(day: date, at: time, region: ZoneInfo) -> tuple[datetime, datetime]:
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=region)
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


def _first_instant_after_gap(before: datetime, after: datetime, region: ZoneInfo) -> datetime:
    """Search, to the second, where the offset changes between two instants on either side of a gap."""
    old_offset = before.astimezone(region).utcoffset()
    span = int((after - before).total_seconds())
    lowest, highest = 0, span
    while highest - lowest > 1:
        middle = (lowest + highest) // 2
        if (before + timedelta(seconds=middle)).astimezone(region).utcoffset() == old_offset:
            lowest = middle
        else:
            highest = middle
    return (before + timedelta(seconds=highest)).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedZone:
    """The zone that counts for a touch and whose setting it is; shown beside every planned time."""

    name: str
    taken_from: ZoneSource


def resolve_zone(
    *,
    contact: str | None = None,
    account: str | None = None,
    owner: str | None = None,
    workspace: str,
) -> ResolvedZone:
    """Return the first zone set: contact, then account, then owner, then workspace. Raises UnknownTimeZone."""
    chain: tuple[tuple[ZoneSource, str | None], ...] = (
        ("contact", contact),
        ("account", account),
        ("owner", owner),
    )
    for taken_from, name in chain:
        if name:
            return ResolvedZone(name=check_zone(name).key, taken_from=taken_from)
    return ResolvedZone(name=check_zone(workspace).key, taken_from="workspace")
