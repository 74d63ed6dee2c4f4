"""When silence about a notice goes up, and to whom: shares of its window, and days before its last safe day.

The ladder is data (library/notices.toml).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from renewals.core.dates import BusinessCalendar, add_business_days
from renewals.core.notices.windows import NoticeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung: reached at a share of the days up to the last safe day, or so many business days before it.

    `role` names who gets a task of their own; "owner" is the notice's owner.
    """

    level: int
    role: str
    share: float | None = None
    business_days_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs in order; `lead_days` is how long before the window opens its task is there; the last is for a miss.

    Shares count over the last `longest_days` of a longer window: a right that lasts a whole term is not late in spring.
    """

    lead_days: int
    longest_days: int
    rungs: tuple[Rung, ...]
    missed: Rung


def read_ladder(document: Mapping[str, Any]) -> Ladder:
    """Return the ladder of a document; levels count from 1."""
    rows: Sequence[Mapping[str, Any]] = document["rungs"]
    rungs = tuple(Rung(level=number, **row) for number, row in enumerate(rows, start=1))
    missed = Rung(level=len(rungs) + 1, role=document["missed_role"])
    return Ladder(lead_days=document["lead_days"], longest_days=document["longest_days"], rungs=rungs, missed=missed)


def level_on(ladder: Ladder, window: NoticeWindow, *, calendar: BusinessCalendar, today: date) -> int:
    """Return the highest rung reached on `today`; 0 before the first. After the last day it is the rung of a miss."""
    if today > window.closes_on:
        return ladder.missed.level
    return max((rung.level for rung in ladder.rungs if today >= _reached_on(ladder, rung, window, calendar)), default=0)


def _reached_on(ladder: Ladder, rung: Rung, window: NoticeWindow, calendar: BusinessCalendar) -> date:
    """Never before the window opens: until then nobody can be late."""
    days = min((window.safe_latest_on - window.opens_on).days, ladder.longest_days)
    first = window.safe_latest_on - timedelta(days=days)
    reached = first
    if rung.share is not None:
        reached = first + timedelta(days=int(days * rung.share))
    elif rung.business_days_before is not None:
        reached = add_business_days(window.safe_latest_on, -rung.business_days_before, calendar)
    return max(reached, window.opens_on)
