"""Prorated stubs: a year is a year, days add up, one rounding at the end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.contracts.stubs import prorated
from renewals.core.dates import term_end
from renewals.core.errors import EndsBeforeStart
from renewals.core.money import Money


@pytest.mark.parametrize(
    ("annual", "currency", "first", "last", "amount"),
    [
        ("365", "EUR", date(2026, 1, 1), date(2026, 1, 1), "1.00"),
        ("365", "EUR", date(2026, 1, 1), date(2026, 12, 31), "365.00"),
        ("366", "EUR", date(2028, 1, 1), date(2028, 2, 29), "60.00"),
        ("366", "EUR", date(2028, 1, 1), date(2028, 12, 31), "366.00"),
        ("1000", "EUR", date(2028, 2, 29), date(2028, 2, 29), "2.74"),
        ("1000", "JPY", date(2026, 1, 1), date(2026, 1, 31), "85"),
        ("100", "KWD", date(2026, 11, 30), date(2026, 12, 31), "8.767"),
        ("365", "EUR", date(2026, 1, 1), date(2027, 1, 10), "375.00"),
        ("0", "EUR", date(2026, 1, 1), date(2026, 6, 30), "0.00"),
    ],
)
def test_stub_is_the_share_of_its_days_rounded_once(annual, currency, first, last, amount) -> None:
    found = prorated(Money(Decimal(annual), currency), starts_on=first, ends_on=last)
    assert str(found.amount) == amount


@given(first=st.dates(date(2024, 1, 1), date(2032, 12, 31)), years=st.integers(1, 3), annual=st.integers(0, 10**6))
def test_whole_years_cost_whole_years_whatever_day_they_begin(first: date, years: int, annual: int) -> None:
    found = prorated(Money(Decimal(annual), "EUR"), starts_on=first, ends_on=term_end(first, 12 * years))
    assert found.amount == annual * years


@given(first=st.dates(date(2024, 1, 1), date(2032, 12, 31)), days=st.integers(0, 364), annual=st.integers(0, 10**6))
def test_longer_stub_never_costs_less(first: date, days: int, annual: int) -> None:
    money = Money(Decimal(annual), "EUR")
    shorter = prorated(money, starts_on=first, ends_on=first + timedelta(days=days))
    assert shorter <= prorated(money, starts_on=first, ends_on=first + timedelta(days=days + 1))


def test_empty_stub_is_refused() -> None:
    with pytest.raises(EndsBeforeStart):
        prorated(Money(Decimal(1), "EUR"), starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1))
