"""Money: exact sums, no mixed currencies, rounding at the edge, dated conversion."""

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.currencies import MINOR_UNITS
from renewals.core.errors import (
    AmountOutOfRange,
    InvalidInput,
    MixedCurrencies,
    RateMissing,
    TooManyDecimals,
    UnknownCurrency,
)
from renewals.core.money import (
    DatedRate,
    Money,
    RateTable,
    check_decimals,
    convert,
    minor_units,
    total,
)

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
# Unicode's table follows cash practice for these; ISO 4217 gives them the decimals kept here.
CASH_PRACTICE = {
    "AFN",
    "ALL",
    "IQD",
    "IRR",
    "KPW",
    "LAK",
    "LBP",
    "LYD",
    "MGA",
    "MMK",
    "RSD",
    "SLE",
    "SOS",
    "SYP",
    "YER",
}


@pytest.mark.parametrize(
    ("code", "units"),
    [("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLP", 0), ("TND", 3)],
)
def test_minor_units_per_currency_follow_iso(code: str, units: int) -> None:
    assert minor_units(code) == units


@pytest.mark.parametrize("code", sorted(set(MINOR_UNITS) - CASH_PRACTICE))
def test_minor_units_compared_with_unicode_are_equal(code: str) -> None:
    assert get_currency_precision(code) == MINOR_UNITS[code]


def test_currency_with_typo_is_refused_with_the_nearest_code() -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        Money(Decimal(1), "EURO")
    assert str(refusal.value) == "E-CUR-01 Currency 'EURO' is unknown. Did you mean EUR?"


def test_money_of_a_float_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Money(1.5, "EUR")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1000000000000.01"])
def test_amount_beyond_what_we_keep_is_refused(amount: str) -> None:
    with pytest.raises(AmountOutOfRange):
        Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_arithmetic_with_mixed_currencies_is_refused(operation: str) -> None:
    with pytest.raises(MixedCurrencies) as refusal:
        getattr(Money(Decimal(1), "EUR"), operation)(Money(Decimal(1), "USD"))
    assert refusal.value.code == "E-CUR-02"


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_addition_in_any_order_is_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    x, y, z = (Money(amount, "EUR") for amount in (a, b, c))
    assert (x + y) + z == x + (y + z) == z + y + x
    assert x + y - y == x
    assert x - y == -(y - x)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("2.005", "EUR", "2.00"),
        ("2.015", "EUR", "2.02"),
        ("2.5", "JPY", "2"),
        ("1.23456", "KWD", "1.235"),
    ],
)
def test_rounding_at_the_edge_is_half_to_even_in_minor_units(amount: str, currency: str, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded().amount == Decimal(rounded)


def test_multiplication_keeps_every_digit_and_refuses_floats() -> None:
    assert Money(Decimal("10.00"), "EUR").times(Decimal("0.333")) == Money(Decimal("3.33000"), "EUR")
    with pytest.raises(InvalidInput):
        Money(Decimal(1), "EUR").times(0.1)  # type: ignore[arg-type]  # the point of the test


def test_decimals_beyond_the_currency_are_refused_in_words() -> None:
    assert check_decimals(Money(Decimal(5), "JPY")) == Money(Decimal(5), "JPY")
    with pytest.raises(TooManyDecimals) as refusal:
        check_decimals(Money(Decimal("5.5"), "JPY"))
    assert refusal.value.what == "JPY has no decimals, 5.5 was given."


def test_total_of_nothing_is_zero_in_the_asked_currency() -> None:
    assert total((), currency="GBP") == Money(Decimal(0), "GBP")
    assert total((Money(Decimal(2), "GBP"), Money(Decimal(3), "GBP")), currency="GBP") == Money(Decimal(5), "GBP")


RATES = RateTable(
    rates={
        ("USD", "EUR"): (
            DatedRate(rate_on=date(2026, 3, 1), rate=Decimal("0.90")),
            DatedRate(rate_on=date(2026, 1, 1), rate=Decimal("0.80")),
        ),
        ("EUR", "GBP"): (DatedRate(rate_on=date(2026, 1, 1), rate=Decimal("0.8")),),
    }
)


@pytest.mark.parametrize(
    ("on", "amount", "rate_on"),
    [
        (date(2026, 1, 1), "80.00", date(2026, 1, 1)),
        (date(2026, 2, 28), "80.00", date(2026, 1, 1)),
        (date(2026, 3, 1), "90.00", date(2026, 3, 1)),
        (date(2030, 1, 1), "90.00", date(2026, 3, 1)),
    ],
)
def test_conversion_on_a_day_takes_the_latest_rate_up_to_it(on: date, amount: str, rate_on: date) -> None:
    result = convert(Money(Decimal(100), "USD"), to="EUR", on=on, rates=RATES)
    assert (result.money, result.rate_on) == (Money(Decimal(amount), "EUR"), rate_on)


def test_conversion_before_the_first_rate_is_refused_with_the_day() -> None:
    with pytest.raises(RateMissing) as refusal:
        convert(Money(Decimal(100), "USD"), to="EUR", on=date(2025, 12, 31), rates=RATES)
    assert refusal.value.what == "No rate from USD to EUR on or before 2025-12-31."


def test_conversion_against_the_direction_of_the_table_divides_and_says_so() -> None:
    result = convert(Money(Decimal(80), "GBP"), to="EUR", on=date(2026, 6, 1), rates=RATES)
    assert (result.money, result.is_inverse) == (Money(Decimal(100), "EUR"), True)


def test_conversion_to_the_same_currency_needs_no_rate() -> None:
    result = convert(Money(Decimal(7), "CHF"), to="CHF", on=date(2026, 6, 1), rates=RATES)
    assert (result.money, result.rate, result.rate_on) == (
        Money(Decimal(7), "CHF"),
        Decimal(1),
        date(2026, 6, 1),
    )


def test_conversion_of_two_foreign_currencies_goes_through_the_base_with_the_older_date() -> None:
    rates = RateTable(
        base="USD",
        rates={
            ("EUR", "USD"): (DatedRate(rate_on=date(2026, 2, 1), rate=Decimal("1.2")),),
            ("GBP", "USD"): (DatedRate(rate_on=date(2026, 1, 1), rate=Decimal("1.5")),),
        },
    )
    result = convert(Money(Decimal(100), "EUR"), to="GBP", on=date(2026, 6, 1), rates=rates)
    assert (result.money, result.rate_on) == (Money(Decimal(80), "GBP"), date(2026, 1, 1))
    with pytest.raises(RateMissing):
        convert(Money(Decimal(100), "EUR"), to="CHF", on=date(2026, 6, 1), rates=rates)
