"""When a contract that runs on without an end is looked at again: what never comes up must not be forgotten."""

from dataclasses import dataclass
from datetime import date, timedelta

from renewals.core.dates import add_months


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """Every how many months, and how many days before its owner is told; shipped in library/closing.toml."""

    months: int
    lead_days: int


def runs_on_from(*, starts_on: date, ends_on: date | None) -> date:
    """Return the first day without an end: the day after its fixed term, else the day it began."""
    return starts_on if ends_on is None else ends_on + timedelta(days=1)


def review_point(*, starts_on: date, ends_on: date | None, today: date, rule: ReviewRule) -> date:
    """Return the next review on or after a day.

    The first is the day a fixed term is over, as from then on the account may leave; then each `rule.months`, counted
    from that day, so that the 31st stays the end of its month.
    """
    first = runs_on_from(starts_on=starts_on, ends_on=ends_on)
    passed = max(0, (today.year - first.year) * 12 + today.month - first.month) // rule.months
    rounds = (add_months(first, rule.months * number) for number in range(passed, passed + 2))
    return next(day for day in rounds if day >= today and (day != starts_on or ends_on is not None))
