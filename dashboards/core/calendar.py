"""The days a calendar shows and the addresses around them. Knows no rows and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from dashboards.core.dates import LOCALE
from dashboards.core.filters import address
from renewals.core.dates import Quarter, add_months, quarter_of

PATH = "/calendar/"
VIEWS = ("month", "week", "agenda")
WEEK = 7
WEEKEND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What one page shows, first and last day included; `back_on` and `on_on` lie in the pages beside it."""

    view: str
    first: date
    last: date
    title: str
    back_on: date
    on_on: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the span."""
        return tuple(self.first + timedelta(days=each) for each in range((self.last - self.first).days + 1))


def span_of(view: str, on: date) -> Span:
    """Return the span that holds a day: whole weeks from Monday for a month, one week, or thirty days from it."""
    monday = on - timedelta(days=on.weekday())
    if view == "week":
        last = monday + timedelta(days=WEEK - 1)
        title = f"{format_date(monday, 'd MMM', locale=LOCALE)} to {format_date(last, 'd MMM y', locale=LOCALE)}"
        back_on, on_on = monday - timedelta(days=WEEK), monday + timedelta(days=WEEK)
        return Span(view=view, first=monday, last=last, title=title, back_on=back_on, on_on=on_on)
    if view == "agenda":
        last = on + timedelta(days=29)
        title = f"Thirty days from {format_date(on, 'd MMM y', locale=LOCALE)}"
        back_on, on_on = on - timedelta(days=30), on + timedelta(days=30)
        return Span(view=view, first=on, last=last, title=title, back_on=back_on, on_on=on_on)
    month = on.replace(day=1)
    following = add_months(month, 1)
    ends_on = following - timedelta(days=1)
    return Span(
        view="month",
        first=month - timedelta(days=month.weekday()),
        last=ends_on + timedelta(days=WEEK - 1 - ends_on.weekday()),
        title=str(format_date(month, "MMMM y", locale=LOCALE)),
        back_on=month - timedelta(days=1),
        on_on=following,
    )


def day_of(text: str, *, today: date) -> date:
    """Return the day written in an address; today for anything that is no day within twenty years."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return today
    return on if abs(on.year - today.year) <= 20 else today


def next_quarter(*, today: date) -> Quarter:
    """Return the quarter of the calendar after the one that holds today."""
    return quarter_of(today, offset=1)


def weeks_of(quarter: Quarter) -> tuple[date, ...]:
    """Return the Mondays of the weeks that have a day in the quarter."""
    monday = quarter.starts_on - timedelta(days=quarter.starts_on.weekday())
    weeks = []
    while monday <= quarter.ends_on:
        weeks.append(monday)
        monday += timedelta(days=WEEK)
    return tuple(weeks)


def page_address(chosen: Mapping[str, str], **changes: str) -> str:
    """Return the address of the calendar with some choices changed; the month view needs no word."""
    return address(PATH, chosen, after="", **changes)
