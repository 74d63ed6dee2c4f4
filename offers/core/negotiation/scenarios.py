"""Options of a proposal side by side: what each is worth, how far from list, policy and today, what to expect of it.

What the policy says of an option is not decided here: it is the verdict on its price.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from offers.core.errors import PriceNotPossible, TooManyOptions
from offers.core.pricing.lines import LinePrice
from offers.core.pricing.proposal import Price
from renewals.core.money import Money

LETTERS = "ABCDE"
"""As many options as a person can compare; each has its letter for as long as it stands."""
LONGEST_NAME = 60


class Turn(StrEnum):
    """How a figure of an option stands to the same figure of today, seen from our side."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What there is without any option. `forecast` is what the renewal is expected to be worth if it comes.

    `renew_probability` is between 0 and 1, None where no model and no expert gives one.
    """

    arr: Money
    forecast: Money
    renew_probability: float | None
    off_list_percent: Fraction | None = None

    @property
    def expected(self) -> Money | None:
        """Return the chance of renewal times today's forecast, rounded; None where there is no chance to take."""
        return expected_amount(self.forecast, self.renew_probability)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an option comes to. Percentages are plain and signed: a discount above list is below zero.

    None where what they are measured against is not known. `arr_change` and `expected_change` are against today.
    """

    arr: Money
    tcv: Money
    years: tuple[Money, ...]
    off_list_percent: Fraction | None
    off_policy_percent: Fraction | None
    uplift_percent: Fraction | None
    arr_change: Money
    expected: Money | None
    expected_change: Money | None


def worth_of(price: Price, *, today: Today) -> Worth:
    """Return what a priced option comes to, beside today; raises MixedCurrencies for amounts in two currencies."""
    expected, before = expected_amount(price.net, today.renew_probability), today.expected
    return Worth(
        arr=price.net,
        tcv=price.tcv,
        years=price.years,
        off_list_percent=percent_off(price.net, price.list_price),
        off_policy_percent=percent_off(price.net, price.policy),
        uplift_percent=uplift_of(price),
        arr_change=price.net - today.arr,
        expected=expected,
        expected_change=None if expected is None or before is None else expected - before,
    )


def expected_amount(amount: Money, renew_probability: float | None) -> Money | None:
    """Return chance times amount, rounded to the currency; None for an unknown chance.

    The chance is that of the renewal as it stands: a price changes it, but nobody has measured by how much.
    Source: glossary, weighted value.
    """
    if renew_probability is None:
        return None
    if not 0 <= renew_probability <= 1:
        raise PriceNotPossible(f"The chance of renewal is {renew_probability}.", where="chance")
    return amount.times(Decimal(str(renew_probability))).rounded()


def percent_off(net: Money, reference: Money | None) -> Fraction | None:
    """Return how far below the reference, negative above it; None without one or against nothing."""
    if reference is None or reference.amount == 0:
        return None
    return (1 - Fraction(net.amount) / Fraction(reference.amount)) * 100


def uplift_of(price: Price) -> Fraction | None:
    """Return the price uplift on the prior price, seat for seat, new lines left out; negative for a cheaper seat.

    None where no line had a price before, or where they are in several currencies.
    """
    known = [line for line in price.lines if line.prior is not None]
    if len({line.net.currency for line in known}) != 1:
        return None
    before = sum((Fraction(_prior(line)) for line in known), Fraction(0))
    after = sum((Fraction(line.net.amount) for line in known), Fraction(0))
    return None if before == 0 else (after / before - 1) * 100


def turn_of(value: Fraction | Decimal | None, before: Fraction | Decimal | None, *, is_more_better: bool) -> Turn:
    """Return how a value stands to that of today."""
    if value is None or before is None:
        return Turn.UNKNOWN
    if value == before:
        return Turn.SAME
    return Turn.BETTER if (value > before) is is_more_better else Turn.WORSE


def free_letter(taken: Iterable[str]) -> str:
    """Return the first letter that no option has; raises TooManyOptions when there are as many as can be compared."""
    left = [letter for letter in LETTERS if letter not in set(taken)]
    if not left:
        raise TooManyOptions(f"There are {len(LETTERS)} options already.", why="More cannot be compared side by side.")
    return left[0]


def name_of_copy(name: str, taken: Iterable[str]) -> str:
    """Return a name for the copy of an option that none of the others has."""
    known = set(taken)
    stem = name.removesuffix(" (copy)")[: LONGEST_NAME - 12]
    names = (f"{stem} (copy)", *(f"{stem} (copy {number})" for number in range(2, len(LETTERS) + 2)))
    return next(each for each in names if each not in known)


def _prior(line: LinePrice) -> Decimal:
    return Decimal(0) if line.prior is None else line.prior.amount
