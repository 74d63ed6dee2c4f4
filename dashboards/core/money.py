"""Amounts as people read them, with the converted amount and its rate in the tip. Computes no amount."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from renewals.core.money import Conversion, Money, minor_units

LOCALE = "en"
STEPS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCell:
    """An amount for a page: `text` is printed, `tip` is shown on hover and focus; `state` is missing or hidden.

    `amount` and `currency` are what a sheet counts with; None where the amount is hidden or not known.
    """

    text: str
    tip: str = ""
    state: str = "known"
    amount: Decimal | None = None
    currency: str = ""


HIDDEN = MoneyCell(text="Hidden", tip="Your role does not show prices. Ask an admin of the workspace.", state="hidden")
MISSING = MoneyCell(text="Not known", state="missing")


@lru_cache(maxsize=4096)
def money_words(money: Money) -> str:
    """Return the amount with its sign of currency, decimals only where there are any: "$48,000", "€12.50"."""
    amount = money.rounded().amount
    units = 0 if amount == amount.to_integral_value() else minor_units(money.currency)
    return _signed(amount, money.currency, "#,##0" + ("." + "0" * units if units else ""))


def short_money(money: Money) -> str:
    """Return the amount in few figures: "$1.2 M", "$48 k", "$950"."""
    size = abs(money.amount)
    for step, letter in STEPS:
        if size >= step:
            figures = "#,##0.#" if size < 100 * step else "#,##0"
            return f"{_signed(money.amount / step, money.currency, figures)}\xa0{letter}"
    return _signed(money.amount, money.currency, "#,##0")


def plain_amount(money: Money) -> str:
    """Return the amount alone, for a column whose head names the currency."""
    amount = money.rounded().amount
    return str(format_decimal(amount, format="#,##0.00#" if amount % 1 else "#,##0", locale=LOCALE))


def money_cell(
    money: Money | None, *, conversion: Conversion | None = None, is_hidden: bool = False, missing: str = ""
) -> MoneyCell:
    """Return the cell of an amount: hidden for a role without prices, "Not known" or `missing` for None."""
    if is_hidden:
        return HIDDEN
    if money is None:
        return MoneyCell(text=missing, state="missing") if missing else MISSING
    return _known(money, _tip(money, conversion))


def converted_cell(money: Money, conversion: Conversion) -> MoneyCell:
    """Return the cell of an amount at home; the amount it was converted from, and the rate, stand in the tip."""
    return _known(money, f"{money_words(conversion.original)} {_rate_words(conversion)}")


@lru_cache(maxsize=1024)
def percent_words(share: float | Decimal, *, digits: int = 0) -> str:
    """Return a share between 0 and 1 as "64%"."""
    pattern = "#,##0%" if digits == 0 else "#,##0." + "0" * digits + "%"
    return str(format_percent(share, format=pattern, locale=LOCALE))


def count_words(number: int, one: str, many: str = "") -> str:
    """Return "1 renewal", "14 renewals", "1,204 renewals"; `many` defaults to `one` with an s."""
    word = one if number == 1 else many or f"{one}s"
    return f"{number:,} {word}"


def _known(money: Money, tip: str) -> MoneyCell:
    return MoneyCell(text=money_words(money), tip=tip, amount=money.rounded().amount, currency=money.currency)


def _tip(money: Money, conversion: Conversion | None) -> str:
    if conversion is None or conversion.money.currency == money.currency:
        return ""
    return f"{money_words(conversion.money)} {_rate_words(conversion)}"


def _rate_words(conversion: Conversion) -> str:
    rate = format_decimal(conversion.rate, format="#,##0.######", locale=LOCALE)
    source, target = conversion.original.currency, conversion.money.currency
    ways = (target, source) if conversion.is_inverse else (source, target)
    return f"at {rate} {ways[1]} for 1 {ways[0]}, rate of {conversion.rate_on.strftime('%-d %b %Y')}"


def _signed(amount: Decimal, currency: str, pattern: str) -> str:
    gap = "\xa0" if get_currency_symbol(currency, locale=LOCALE)[-1].isalpha() else ""
    words = format_currency(amount, currency, f"¤{gap}{pattern}", locale=LOCALE, currency_digits=False)
    return str(words).replace("-", "−")
