"""What a price is made from: the line as it is, the rule of an offer, what the contract agreed, what is wished.

Percentages are plain (5 is 5 %). Amounts are a year's worth (ARR), exact, in the currency of the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from offers.core.errors import PriceNotPossible
from renewals.core.money import Money

MOST_PERCENT = Decimal(1000)
HUNDRED = Decimal(100)
LONGEST_TERM_MONTHS = 120
LONGEST_PAYMENT_DAYS = 365
LEAST_QUANTITY = Decimal("0.0001")
MOST_QUANTITY = Decimal(10) ** 9


class Method(StrEnum):
    """How a renewal price is made."""

    SAME = "same"
    LIST = "list"
    UPLIFT = "uplift"
    CPI = "cpi"
    USAGE = "usage"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line that comes up. `prior` None: it is new. `list_price` and `units` None: not known.

    `units` are those used (usage) or reached (outcome) in a year; `units_from` says who counted them. With `is_whole`
    they are those of all lines together, which share them when they are priced; `units_share` is the line's share then.
    `comes_back` is what a concession that expires had taken off the prior price; None for nothing. `revised` is what a
    price revision in force makes of it; None: none.
    """

    key: str
    name: str
    product: str = ""
    currency: str
    quantity: Decimal = Decimal(1)
    prior: Money | None = None
    list_price: Money | None = None
    units: Decimal | None = None
    units_from: str = ""
    is_whole: bool = False
    units_share: Decimal = Decimal(1)
    revised: Money | None = None
    comes_back: Money | None = None

    @property
    def start(self) -> Money | None:
        """Return what the next price starts from: the prior price with what comes back; None for a new line."""
        return self.prior if self.prior is None or self.comes_back is None else self.prior + self.comes_back


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """How an offer makes its price. `percent` None: the contract's, else the workspace's.

    `is_policy`: the policy's own price, before whose method a price revision in force goes.
    Usage and outcome: `base_percent` of the prior price is fixed, each unit beyond `included_units` costs `unit_price`.
    """

    method: Method
    percent: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    unit_price: Decimal | None = None
    included_units: Decimal = Decimal(0)
    base_percent: Decimal = Decimal(0)
    is_policy: bool = False

    def __post_init__(self) -> None:
        """Refuse percentages and unit prices that cannot be; raises PriceNotPossible."""
        _check_between("price uplift", self.percent, -HUNDRED, MOST_PERCENT)
        _check_between("discount", self.discount_percent, Decimal(0), HUNDRED)
        _check_between("fixed part", self.base_percent, Decimal(0), HUNDRED)
        _check_between("price of a unit", self.unit_price, Decimal(0), Decimal(10) ** 9)
        _check_between("included units", self.included_units, Decimal(0), Decimal(10) ** 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """What the contract says about its next price; None where it says nothing. It goes before offer and workspace."""

    uplift_percent: Decimal | None = None
    cap_percent: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse an agreed uplift above the agreed cap, and percentages that cannot be."""
        _check_between("agreed price uplift", self.uplift_percent, -HUNDRED, MOST_PERCENT)
        _check_between("agreed cap", self.cap_percent, -HUNDRED, MOST_PERCENT)
        if self.uplift_percent is not None and self.cap_percent is not None and self.uplift_percent > self.cap_percent:
            raise PriceNotPossible("The agreed price uplift is above the agreed cap.", where="cap")


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingDefaults:
    """What the policy says where contract and offer say nothing."""

    method: Method = Method.SAME
    uplift_percent: Decimal | None = None
    cpi_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedLine:
    """A line that is new in a proposal; `list_amount` is its list price a year, for the whole quantity."""

    key: str
    name: str
    quantity: Decimal = Decimal(1)
    list_amount: Decimal
    product: str = ""

    def __post_init__(self) -> None:
        """Refuse a line without a name, of nothing, or of an absurd price; raises PriceNotPossible."""
        if not self.key.strip() or not self.name.strip():
            raise PriceNotPossible("A new line has no name.", where="new line", remedy="Say what is added.")
        _check_between("quantity", self.quantity, LEAST_QUANTITY, MOST_QUANTITY)
        _check_between("list price", self.list_amount, Decimal(0), Decimal(10) ** 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants: terms of the whole, a discount on every line, a discount or a price of single lines.

    A price in `asked` replaces what method and discounts make of that line; `units` are those expected in a year, for
    rules that price them. `quantities` are other seats than now, at the price of a seat; 0 leaves the line out.
    `ramp_percent` raises the price with every further year of the term.
    """

    term_months: int = 12
    payment_days: int = 30
    discount_percent: Decimal = Decimal(0)
    line_discounts: Mapping[str, Decimal] = field(default_factory=dict)
    asked: Mapping[str, Decimal] = field(default_factory=dict)
    units: Mapping[str, Decimal] = field(default_factory=dict)
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    added: tuple[AddedLine, ...] = ()
    ramp_percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse terms, discounts and prices that cannot be; raises PriceNotPossible."""
        _check_between("term in months", Decimal(self.term_months), Decimal(1), Decimal(LONGEST_TERM_MONTHS))
        _check_between("days to pay", Decimal(self.payment_days), Decimal(0), Decimal(LONGEST_PAYMENT_DAYS))
        for percent in (self.discount_percent, *self.line_discounts.values()):
            _check_between("discount", percent, Decimal(0), HUNDRED)
        for amount in self.asked.values():
            _check_between("price", amount, Decimal(0), Decimal(10) ** 12)
        for units in self.units.values():
            _check_between("count of units", units, Decimal(0), Decimal(10) ** 12)
        for quantity in self.quantities.values():
            _check_between("quantity", quantity, Decimal(0), MOST_QUANTITY)
        _check_between("yearly increase", self.ramp_percent, Decimal(0), HUNDRED)


def _check_between(what: str, value: Decimal | None, least: Decimal, most: Decimal) -> None:
    """Raise PriceNotPossible for what is not a number between the two; None is nothing said."""
    if value is not None and not (value.is_finite() and least <= value <= most):
        raise PriceNotPossible(f"The {what} is {value}.", where=what, remedy=f"From {least:f} to {most:f}.")
