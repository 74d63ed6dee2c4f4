"""Quarters and the years up to them."""

from datetime import date

import pytest

from renewals.core.errors import InvalidInput
from renewals.core.metrics import period_of, periods_until

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("key", "opening_on", "through_on"),
    [
        ("2026-Q1", date(2025, 12, 31), date(2026, 3, 31)),
        ("2026-Q3-year", date(2025, 9, 30), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 9, 30), TODAY),
    ],
)
def test_period_has_its_days(key: str, opening_on: date, through_on: date) -> None:
    found = period_of(key, today=TODAY)
    assert (found.key, found.opening_on, found.through_on) == (key, opening_on, through_on)


@pytest.mark.parametrize("key", ["", "2026", "2026-Q5", "26-Q1", "2027-Q1", "2026-Q1-month", "0000-Q1"])
def test_other_words_and_the_future_are_no_periods(key: str) -> None:
    with pytest.raises(InvalidInput):
        period_of(key, today=TODAY)


def test_kept_periods_are_the_running_quarter_and_those_before_with_their_years() -> None:
    found = [period.key for period in periods_until(today=TODAY, quarters=1)]
    assert found == ["2026-Q4", "2026-Q4-year", "2026-Q3", "2026-Q3-year"]
