"""Exact amounts with a currency, and conversion by a dated rate table.

Sums refuse mixed currencies; nothing is rounded until `rounded()` is called at the edge.
Reading amounts that people typed belongs to the imports.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from difflib import get_close_matches

from renewals.core.currencies import MINOR_UNITS
from renewals.core.errors import (
    AmountOutOfRange,
    InvalidInput,
    MixedCurrencies,
    RateMissing,
    TooManyDecimals,
    UnknownCurrency,
)

LARGEST_AMOUNT = Decimal(10) ** 12
STORED_STEP = Decimal("0.0001")


def check_currency(code: str) -> str:
    """Return `code` when ISO 4217 has it; raise UnknownCurrency with the nearest code otherwise."""
    if code in MINOR_UNITS:
        return code
    near = get_close_matches(code.upper(), MINOR_UNITS, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else ""
    raise UnknownCurrency(f"Currency '{code}' is unknown.", remedy=hint)


def minor_units(currency: str) -> int:
    """Return how many decimals the currency has (JPY 0, EUR 2, KWD 3); raises UnknownCurrency."""
    return MINOR_UNITS[check_currency(currency)]


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; may be negative (a change), never NaN or infinite."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats, unknown currencies, NaN, infinity and anything past 10^12."""
        if not isinstance(self.amount, Decimal):
            raise InvalidInput(f"Money takes a Decimal, not {type(self.amount).__name__}.")
        check_currency(self.currency)
        if not self.amount.is_finite() or abs(self.amount) > LARGEST_AMOUNT:
            raise AmountOutOfRange(f"{self.amount} {self.currency} is not an amount we can keep.")

    def __add__(self, other: "Money") -> "Money":
        """Return the sum; raises MixedCurrencies."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference; raises MixedCurrencies."""
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        """Return the amount with its sign turned."""
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare amounts; raises MixedCurrencies."""
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Compare amounts; raises MixedCurrencies."""
        return self.amount <= self._same(other)

    def times(self, factor: Decimal | int) -> "Money":
        """Return the amount multiplied by an exact factor, not rounded."""
        if isinstance(factor, float):
            raise InvalidInput("Money is multiplied by a Decimal or an int, not by a float.")
        return Money(self.amount * factor, self.currency)

    def rounded(self) -> "Money":
        """Return the amount at the currency's own decimals, half to even: for showing, storing and invoicing."""
        return Money(
            self.amount.quantize(Decimal(1).scaleb(-minor_units(self.currency)), ROUND_HALF_EVEN),
            self.currency,
        )

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be put together.")
        return other.amount


def stored(amount: Decimal) -> Decimal:
    """Return the amount as tables keep it, at four decimals; bring to it what is compared with a stored one."""
    return amount.quantize(STORED_STEP, ROUND_HALF_EVEN)


def check_decimals(money: Money) -> Money:
    """Return `money` when it has no more decimals than its currency; raises TooManyDecimals."""
    if money.rounded().amount != money.amount:
        units = minor_units(money.currency)
        allowed = "no decimals" if units == 0 else f"{units} decimals"
        raise TooManyDecimals(f"{money.currency} has {allowed}, {money.amount} was given.")
    return money


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """Return the sum in `currency`, zero when there is nothing; raises MixedCurrencies."""
    result = Money(Decimal(0), currency)
    for amount in amounts:
        result = result + amount
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    """From `rate_on` on, one unit of the source currency is worth `rate` of the target."""

    rate_on: date
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable:
    """The rates of one workspace: (from, to) -> rates, in any order.

    `base` is the currency all rates are against: two others are converted through it.
    """

    rates: Mapping[tuple[str, str], tuple[DatedRate, ...]] = field(default_factory=dict)
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A converted amount with the rate behind it, so that a page can say where the figure comes from."""

    money: Money
    original: Money
    rate: Decimal
    rate_on: date
    is_inverse: bool = False


def convert(money: Money, *, to: str, on: date, rates: RateTable) -> Conversion:
    """Return `money` in currency `to` at the latest rate dated on or before `on`, not rounded.

    The same currency converts at 1, dated `on`. The table's opposite direction is used, inverted, when only that is
    known or when it is newer; two foreign currencies go through the table's base, and the older of the two dates is
    told. Raises RateMissing when nothing leads there, UnknownCurrency for a bad code.
    """
    check_currency(to)
    if to == money.currency:
        return Conversion(money=money, original=money, rate=Decimal(1), rate_on=on)
    straight = _latest(rates.rates.get((money.currency, to), ()), on)
    inverse = _latest(rates.rates.get((to, money.currency), ()), on)
    found = straight if inverse is None or (straight and straight.rate_on >= inverse.rate_on) else inverse
    if found is None and rates.base and rates.base not in (to, money.currency):
        return _through_base(money, to=to, on=on, rates=rates)
    if found is None:
        raise RateMissing(f"No rate from {money.currency} to {to} on or before {on.isoformat()}.")
    is_inverse = found is not straight
    amount = money.amount / found.rate if is_inverse else money.amount * found.rate
    return Conversion(
        money=Money(amount, to),
        original=money,
        rate=found.rate,
        rate_on=found.rate_on,
        is_inverse=is_inverse,
    )


def _through_base(money: Money, *, to: str, on: date, rates: RateTable) -> Conversion:
    first = convert(money, to=rates.base, on=on, rates=rates)
    second = convert(first.money, to=to, on=on, rates=rates)
    into = Decimal(1) / first.rate if first.is_inverse else first.rate
    onward = Decimal(1) / second.rate if second.is_inverse else second.rate
    return Conversion(
        money=second.money, original=money, rate=into * onward, rate_on=min(first.rate_on, second.rate_on)
    )


def _latest(rates: tuple[DatedRate, ...], on: date) -> DatedRate | None:
    return max(
        (rate for rate in rates if rate.rate_on <= on),
        key=lambda rate: rate.rate_on,
        default=None,
    )
