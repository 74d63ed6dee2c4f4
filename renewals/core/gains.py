"""What an account gains by its milestones, in its own amounts, held against what it pays. No estimate of ours.

A gain is stated by the account and goes with the product; nothing here says that the product caused it. What nobody
stated is counted as not known, never as nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from renewals.core.errors import InvalidInput, RequiredValueMissing
from renewals.core.money import LARGEST_AMOUNT, Money, check_currency
from renewals.core.text import check_line

LONGEST_NAME, LONGEST_EVIDENCE = 100, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneGain:
    """A milestone with what it brings in a year; `amount` None: nobody stated it."""

    amount: Money | None
    is_reached: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GainStated:
    """What somebody said a milestone brings in a year: who, on which day, and what shows it."""

    amount: Decimal
    currency: str
    said_by: str
    said_on: date
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GainSum:
    """Gains a year of one side, reached or ahead, in one currency; `amount` None: none of them is known.

    `known` are in the sum, `confirmed` of those by the account; `unknown` were not stated, `unrated` have no rate.
    """

    amount: Decimal | None
    known: int
    confirmed: int
    unknown: int
    unrated: int


def checked_gain(stated: GainStated, *, today: date) -> tuple[Money, str]:
    """Return the amount, and who says so in one line.

    Raises RequiredValueMissing without who or evidence, InvalidInput for an amount out of reach or a day ahead,
    UnknownCurrency.
    """
    who = check_line(stated.said_by, label="Who says so", longest=LONGEST_NAME)
    shown = check_line(stated.evidence, label="Evidence", longest=LONGEST_EVIDENCE)
    if not who:
        raise RequiredValueMissing("Say who of the account, or which paper, says so.", where="said_by")
    if not shown:
        raise RequiredValueMissing("Say what shows it: a report, an e-mail, the minutes of a review.", where="evidence")
    if not (stated.amount.is_finite() and 0 <= stated.amount <= LARGEST_AMOUNT):
        raise InvalidInput(f"{stated.amount} is no gain a year.", where="amount", remedy=f"From 0 to {LARGEST_AMOUNT}.")
    if stated.said_on > today:
        raise InvalidInput("That day is still ahead.", where="said_on", remedy="Give today or earlier.")
    money = Money(stated.amount, check_currency(stated.currency)).rounded()
    return money, f"{who}, {stated.said_on.day} {stated.said_on:%b %Y}: {shown}"


def gain_sum(
    gains: Iterable[MilestoneGain], *, is_reached: bool, at_home: Callable[[Money], Decimal | None]
) -> GainSum:
    """Return what milestones that were reached, or are ahead, bring in a year; `at_home` converts, None: no rate."""
    wanted = [gain for gain in gains if gain.is_reached == is_reached]
    stated = [(gain, at_home(gain.amount)) for gain in wanted if gain.amount is not None]
    known = [(gain, amount) for gain, amount in stated if amount is not None]
    return GainSum(
        amount=sum((amount for _, amount in known), Decimal(0)) if known else None,
        known=len(known),
        confirmed=sum(gain.is_confirmed for gain, _ in known),
        unknown=len(wanted) - len(stated),
        unrated=len(stated) - len(known),
    )


def return_ratio(gain: Decimal | None, paid: Decimal | None) -> Decimal | None:
    """Return gains a year over what is paid a year; None where one is not known, or nothing is paid."""
    return gain / paid if gain is not None and paid else None
