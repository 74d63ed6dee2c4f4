"""The periods of figures: calendar quarters, and the four quarters up to one. Amounts are read at the ends of days."""

from dataclasses import dataclass
from datetime import date, timedelta

from renewals.core.dates import add_months
from renewals.core.errors import InvalidInput

DAY = timedelta(days=1)
QUARTER_MONTHS = 3
YEAR_MONTHS = 12
YEAR_WORD = "-year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A quarter ("2026-Q3") or the four quarters up to it ("2026-Q3-year"), both days inclusive.

    `through_on` is the last day that is counted: the last day, or today while the period runs.
    """

    key: str
    starts_on: date
    ends_on: date
    through_on: date

    @property
    def opening_on(self) -> date:
        """Return the day whose end is the opening: the day before the first; one closing is the next opening."""
        return self.starts_on - DAY

    @property
    def is_running(self) -> bool:
        """Answer whether the period is not over yet."""
        return self.through_on < self.ends_on

    @property
    def is_year(self) -> bool:
        """Answer whether it is four quarters long."""
        return self.key.endswith(YEAR_WORD)

    @property
    def quarter_key(self) -> str:
        """Return the key of its last quarter."""
        return self.key.removesuffix(YEAR_WORD)

    def holds(self, day: date) -> bool:
        """Answer whether a day lies in the part of the period that is counted."""
        return self.starts_on <= day <= self.through_on


def quarter(day: date, *, today: date) -> Period:
    """Return the quarter that holds the day, counted up to today; raises InvalidInput for one that has not begun."""
    first = date(day.year, day.month - (day.month - 1) % QUARTER_MONTHS, 1)
    return _period(quarter_key(day), first, add_months(first, QUARTER_MONTHS) - DAY, today)


def year_to(day: date, *, today: date) -> Period:
    """Return the four quarters up to and with the one that holds the day."""
    last = quarter(day, today=today)
    first = add_months(last.starts_on, QUARTER_MONTHS - YEAR_MONTHS)
    return _period(last.key + YEAR_WORD, first, last.ends_on, today)


def quarter_key(day: date) -> str:
    """Return the key of the quarter that holds the day, such as "2026-Q3"."""
    return f"{day.year:04d}-Q{(day.month - 1) // QUARTER_MONTHS + 1}"


def period_of(key: str, *, today: date) -> Period:
    """Return the period of a key; raises InvalidInput for another word or a period that has not begun."""
    year, _, number = key.removesuffix(YEAR_WORD).partition("-Q")
    if not (len(year) == 4 and year.isdecimal() and number in ("1", "2", "3", "4") and int(year) >= 1):
        raise InvalidInput(f"'{key}' is no period.", remedy="Such as 2026-Q3, or 2026-Q3-year for the year up to it.")
    day = date(int(year), int(number) * QUARTER_MONTHS, 1)
    return year_to(day, today=today) if key.endswith(YEAR_WORD) else quarter(day, today=today)


def running_period(*, today: date) -> Period:
    """Return the quarter one is in."""
    return quarter(today, today=today)


def periods_until(*, today: date, quarters: int) -> tuple[Period, ...]:
    """Return the running quarter and so many before it, each with the year up to it; the newest first."""
    first = running_period(today=today).starts_on
    days = [add_months(first, -QUARTER_MONTHS * back) for back in range(quarters + 1)]
    return tuple(make(day, today=today) for day in days for make in (quarter, year_to))


def _period(key: str, first: date, last: date, today: date) -> Period:
    if first > today:
        raise InvalidInput(f"The period {key} has not begun.")
    return Period(key=key, starts_on=first, ends_on=last, through_on=min(last, today))


def whole_period(key: str) -> Period:
    """Return the period of a key to its last day, also one that has not begun: what a target is set for."""
    return period_of(key, today=date.max)
