"""Stubs: what a year's amount comes to for part of a year, exact to the day, rounded once."""

from datetime import date, timedelta

from renewals.core.dates import add_months, check_period
from renewals.core.money import Money

DAY = timedelta(days=1)


def prorated(annual: Money, *, starts_on: date, ends_on: date) -> Money:
    """Return what the days from `starts_on` to `ends_on`, both inclusive, cost at `annual` a year.

    Whole years count as years; the rest counts by days over the days of the year that begins where the whole years
    end, 365 or 366, so that a year is a year on leap days too. Rounded half to even at the currency's decimals, once.
    Raises EndsBeforeStart for an empty stub.
    """
    if ends_on < starts_on:
        check_period(starts_on=starts_on, ends_on=ends_on, noun="Stub")
    after = ends_on + DAY
    years = 0
    while add_months(starts_on, 12 * (years + 1)) <= after:
        years += 1
    anniversary, following = add_months(starts_on, 12 * years), add_months(starts_on, 12 * (years + 1))
    rest = annual.times((after - anniversary).days)
    part = Money(rest.amount / (following - anniversary).days, annual.currency)
    return (annual.times(years) + part).rounded()
