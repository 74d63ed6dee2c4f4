"""Business calendars as facts: which days a country works."""

from datetime import date
from functools import lru_cache

import holidays

from renewals.core.dates import BusinessCalendar

YEARS_AROUND = 3


@lru_cache(maxsize=512)
def country_calendar(country: str, year: int) -> BusinessCalendar:
    """Return the calendar of an ISO country for three years on either side of `year`.

    An unknown or empty country has plain weekends and no holidays, and says so by its empty name.
    """
    years = range(year - YEARS_AROUND, year + YEARS_AROUND + 1)
    try:
        days = holidays.country_holidays(country, years=years)
    except (NotImplementedError, KeyError):
        return BusinessCalendar()
    return BusinessCalendar(country=country, weekend_days=frozenset(days.weekend), holidays=frozenset(days))


def calendar_for(country: str, *, around: date) -> BusinessCalendar:
    """Return the calendar that counts around a day; cached by country and year."""
    return country_calendar(country.upper(), around.year) if country else BusinessCalendar()


def official_holidays(country: str, *, first: date, last: date) -> tuple[tuple[date, str], ...]:
    """Return the country's holidays in a period with their names, in order; none for an unknown country."""
    try:
        days = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except (NotImplementedError, KeyError):
        return ()
    return tuple(sorted((day, name) for day, name in days.items() if first <= day <= last))
