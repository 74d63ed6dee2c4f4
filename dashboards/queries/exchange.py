"""Amounts in another currency with the rate behind them. The rates are read once a page, and only when needed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dashboards.core.money import MoneyCell, converted_cell, money_cell
from renewals.core.errors import RateMissing
from renewals.core.money import Conversion, Money, RateTable, convert
from renewals.queries.fx import rate_table


@dataclass(slots=True, kw_only=True)
class Exchange:
    """Conversions to the workspace's currency at the rate of a day."""

    home: str
    on: date
    _rates: RateTable | None = field(default=None, init=False)

    def conversion(self, money: Money) -> Conversion | None:
        """Return the amount at home; None for one that is at home already, or when no rate is on record."""
        if money.currency == self.home:
            return None
        if self._rates is None:
            self._rates = rate_table()
        try:
            return convert(money, to=self.home, on=self.on, rates=self._rates)
        except RateMissing:
            return None

    def cell(self, amount: Decimal | None, currency: str, *, is_hidden: bool = False, missing: str = "") -> MoneyCell:
        """Return the amount in its own currency; what it is at home, at which rate, stands in the tip."""
        if amount is None or is_hidden:
            return money_cell(None, is_hidden=is_hidden, missing=missing)
        money = Money(amount, currency)
        return money_cell(money, conversion=self.conversion(money))

    def home_cell(self, amount: Decimal | None, original: Money, *, is_hidden: bool) -> MoneyCell:
        """Return an amount that is kept at home; what it was converted from stands in the tip."""
        if amount is None or is_hidden:
            return money_cell(None, is_hidden=is_hidden)
        conversion = self.conversion(original)
        money = Money(amount, self.home)
        return money_cell(money) if conversion is None else converted_cell(money, conversion)
