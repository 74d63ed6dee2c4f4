"""Closed days and send hours of the recipient: where a day rolls to, and when a message may next leave.

Reads the calendar it is given; never a clock.
"""

from datetime import date, datetime, timedelta

from playbooks.core.facts import Blackout, Reason, SendWindow, reason
from playbooks.core.vocabulary import Roll
from renewals.core.dates import BusinessCalendar, ResolvedZone, local_date, local_instant
from renewals.core.errors import InvalidInput

ONE_DAY = timedelta(days=1)
LONGEST_WAIT_DAYS = 800
"""Two years and a bit: a blackout longer than this is a mistake, not a wish."""


def why_closed(day: date, calendar: BusinessCalendar, blackouts: tuple[Blackout, ...] = ()) -> str | None:
    """Return 'blackout', 'holiday' or 'weekend', or None when people work on `day` and may be written to."""
    if any(blackout.from_on <= day <= blackout.until_on for blackout in blackouts):
        return "blackout"
    if calendar.is_business_day(day):
        return None
    return "holiday" if day in calendar.holidays else "weekend"


def roll_day(
    day: date, *, roll: Roll, calendar: BusinessCalendar, blackouts: tuple[Blackout, ...] = ()
) -> tuple[date, tuple[Reason, ...]]:
    """Return the nearest open day in the direction of `roll`, and why it moved (no reason when it did not).

    Raises InvalidInput when no day is open within 800 days.
    """
    step = -ONE_DAY if roll is Roll.PREVIOUS else ONE_DAY
    rolled = day
    for _ in range(LONGEST_WAIT_DAYS):
        if why_closed(rolled, calendar, blackouts) is None:
            break
        rolled += step
    else:
        raise InvalidInput(f"No open day within {LONGEST_WAIT_DAYS} days of {day.isoformat()}.")
    if rolled == day:
        return day, ()
    why = why_closed(day, calendar, blackouts)
    return rolled, (reason("calendar_move", from_on=day, to_on=rolled, because=why, roll=roll.value),)


def next_send_at(
    instant: datetime,
    *,
    window: SendWindow,
    zone: ResolvedZone,
    calendar: BusinessCalendar,
    blackouts: tuple[Blackout, ...] = (),
) -> datetime:
    """Return `instant` itself when it lies in the send window of an open day, else the next opening, in UTC."""
    day = local_date(instant, zone.name)
    if why_closed(day, calendar, blackouts) is None:
        opens = local_instant(day, window.send_from, zone.name)
        if instant < opens:
            return opens
        if instant < local_instant(day, window.send_until, zone.name):
            return instant
    opening_day, _ = roll_day(day + ONE_DAY, roll=Roll.NEXT, calendar=calendar, blackouts=blackouts)
    return local_instant(opening_day, window.send_from, zone.name)
