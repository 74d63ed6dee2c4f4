"""The days of a notice: when its window opens and closes, the last safe day, the planned one, and their instants.

A closed day, a delivery or an unknown zone only ever makes the last safe moment earlier.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from renewals.core.dates import (
    BusinessCalendar,
    NoticeUnit,
    add_business_days,
    add_months,
    next_business_day,
    on_or_before_business_day,
    start_of_day,
)
from renewals.core.notices.rules import NoticeCounts, NoticeRule, Offset

ONE_DAY = timedelta(days=1)
LAST_TO_OPEN = timezone(timedelta(hours=-12))
FIRST_TO_CLOSE = timezone(timedelta(hours=14))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWindow:
    """Both days inclusive; `opens_on <= planned_on <= safe_latest_on <= closes_on` always holds.

    `is_tight`: delivery or closed days leave no room, so the first day is also the last safe one.
    """

    anchor_on: date
    opens_on: date
    planned_on: date
    safe_latest_on: date
    closes_on: date
    is_tight: bool

    def holds(self, day: date) -> bool:
        """Answer whether a notice of this day lies inside the window."""
        return self.opens_on <= day <= self.closes_on


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowInstants:
    """The window as instants in UTC: from `opens_at`, before `closes_at`."""

    opens_at: datetime
    closes_at: datetime


def window_of(rule: NoticeRule, *, anchor_on: date, term_starts_on: date, calendar: BusinessCalendar) -> NoticeWindow:
    """Return the days in which the rule wants the notice, counted back from `anchor_on`.

    The term's first day is the earliest day of a rule that names none. Where receipt decides, the delivery days are
    taken off the last day first, then it moves to a business day before.
    """
    closes_on = days_before(anchor_on, rule.closes, calendar, is_inclusive=rule.is_inclusive)
    earliest = min(term_starts_on, closes_on)
    opens_on = earliest
    if rule.opens is not None:
        opens_on = min(days_before(anchor_on, rule.opens, calendar, is_inclusive=rule.is_inclusive), closes_on)
    delivery = rule.delivery_days if rule.counts is NoticeCounts.RECEIVED else 0
    wanted = on_or_before_business_day(closes_on, calendar)
    if delivery:
        wanted = add_business_days(wanted, -delivery, calendar)
    safe_latest_on = max(wanted, opens_on)
    return NoticeWindow(
        anchor_on=anchor_on,
        opens_on=opens_on,
        planned_on=min(next_business_day(opens_on, calendar), safe_latest_on),
        safe_latest_on=safe_latest_on,
        closes_on=closes_on,
        is_tight=wanted < opens_on,
    )


def days_before(anchor_on: date, offset: Offset, calendar: BusinessCalendar, *, is_inclusive: bool = False) -> date:
    """Return the day so far before the anchor, in the offset's own unit; inclusive: the anchor counts as day one.

    Weeks and months have no such reading: a week before a Friday is a Friday.
    """
    count = offset.count
    if is_inclusive and count and offset.unit in (NoticeUnit.DAYS, NoticeUnit.BUSINESS_DAYS):
        count -= 1
    match offset.unit:
        case NoticeUnit.DAYS:
            return anchor_on - timedelta(days=count)
        case NoticeUnit.WEEKS:
            return anchor_on - timedelta(weeks=count)
        case NoticeUnit.MONTHS:
            return add_months(anchor_on, -count)
        case NoticeUnit.BUSINESS_DAYS:
            return add_business_days(anchor_on, -count, calendar) if count else anchor_on


def window_instants(window: NoticeWindow, *, zone: str = "") -> WindowInstants:
    """Return the instants of a window in the zone of the contract.

    Without a zone the careful side counts: it opens once the first day has begun everywhere, and closes as soon as the
    last day is over anywhere.
    """
    after = window.closes_on + ONE_DAY
    if zone:
        return WindowInstants(opens_at=start_of_day(window.opens_on, zone), closes_at=start_of_day(after, zone))
    opens_at = datetime.combine(window.opens_on, time(0), tzinfo=LAST_TO_OPEN).astimezone(UTC)
    closes_at = datetime.combine(after, time(0), tzinfo=FIRST_TO_CLOSE).astimezone(UTC)
    return WindowInstants(opens_at=min(opens_at, closes_at), closes_at=closes_at)
