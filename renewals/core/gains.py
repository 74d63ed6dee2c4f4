"""What an account gains by its milestones, in its own amounts, held against what it pays. No estimate of ours.

A gain is stated by the account and goes with the product; nothing here says that the product caused it. What nobody
stated is counted as not known, never as nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from renewals.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneGain:
    """A milestone with what it brings in a year; `amount` None: nobody stated it."""

    amount: Money | None
    is_reached: bool
    is_confirmed: bool


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
