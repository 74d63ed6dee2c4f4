"""Month arithmetic anchored at the original day, inclusive term ends, and fiscal quarters."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from renewals.core.errors import DateOutOfRange, EndsBeforeStart

FIRST_YEAR, LAST_YEAR = 1990, 2100


def check_date(day: date, *, where: str = "") -> date:
    """Return `day` when it lies in 1990-2100, the only years a contract can mean; raises DateOutOfRange."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DateOutOfRange(f"{day.isoformat()} is outside {FIRST_YEAR}-{LAST_YEAR}.", where=where)
    return day


def check_period(*, starts_on: date, ends_on: date | None, where: str = "", noun: str = "Contract") -> None:
    """Refuse a period that ends on or before its start; `ends_on` None means open-ended. Raises EndsBeforeStart."""
    check_date(starts_on, where=where)
    if ends_on is None:
        return
    check_date(ends_on, where=where)
    if ends_on <= starts_on:
        relation = "the day it starts" if ends_on == starts_on else "before it starts"
        raise EndsBeforeStart(
            f"{noun} ends ({ends_on.isoformat()}) {relation} ({starts_on.isoformat()}).",
            where=where,
            remedy="Check which of the two dates is wrong.",
        )


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (or earlier), or the last day of that month when it is shorter.

    Always anchored at `day`: 31 January plus 1, 2, 3, 4 months is 28 February, 31 March, 30 April, 31 May.
    """
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(starts_on: date, months: int) -> date:
    """Return the last day, inclusive, of a term of `months`: 12 months from 1 Feb 2026 end on 31 Jan 2027."""
    return add_months(starts_on, months) - timedelta(days=1)


def term_months(starts_on: date, ends_on: date) -> int:
    """Return the whole months nearest to the inclusive period, at least 1 (a stub of ten days counts as one)."""
    after = ends_on + timedelta(days=1)
    whole = months_between(starts_on, after)
    rest = (after - add_months(starts_on, whole)).days
    return max(1, whole + (1 if rest > 15 else 0))


def months_between(first: date, second: date) -> int:
    """Return the largest n with `add_months(first, n) <= second`; negative when `second` lies before."""
    months = (second.year - first.year) * 12 + second.month - first.month
    return months if add_months(first, months) <= second else months - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """A fiscal quarter: `year` is the year in which the fiscal year begins, `number` 1-4, both days inclusive."""

    year: int
    number: int
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """Return e.g. '2026 Q4'."""
        return f"{self.year} Q{self.number}"


def quarter_of(day: date, *, fiscal_start_month: int = 1, offset: int = 0) -> Quarter:
    """Return the quarter that holds `day`, or the one `offset` quarters later."""
    months_in = (day.month - fiscal_start_month) % 12
    starts_on = add_months(date(day.year, day.month, 1), -(months_in % 3) + 3 * offset)
    number = ((starts_on.month - fiscal_start_month) % 12) // 3 + 1
    year = add_months(starts_on, -3 * (number - 1)).year
    return Quarter(year=year, number=number, starts_on=starts_on, ends_on=term_end(starts_on, 3))
