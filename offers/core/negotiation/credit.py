"""Who gets the credit of a renewal: shares of people and teams that add up to exactly 100 %, and how to cut evenly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from offers.core.errors import SplitNotWhole
from renewals.core.money import Money, minor_units

WHOLE = Decimal(100)
STEP = Decimal("0.001")
MOST_SHARES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One share; `holder` is "user:12" or "team:3", `percent` a plain percentage with three decimals at most."""

    holder: str
    percent: Decimal


def check_split(shares: Sequence[Share]) -> None:
    """Raise SplitNotWhole unless the shares are of different holders, above nought, and exactly 100 together."""
    if not shares:
        raise SplitNotWhole("Nobody gets the credit.", remedy="Name at least one person or team.")
    if len(shares) > MOST_SHARES:
        raise SplitNotWhole(f"There are {len(shares)} shares.", remedy=f"{MOST_SHARES} at most.")
    holders = [share.holder for share in shares]
    if len(set(holders)) < len(holders):
        raise SplitNotWhole("Somebody is named twice.", remedy="Put their shares together.")
    for share in shares:
        if not share.percent.is_finite() or share.percent <= 0 or share.percent != share.percent.quantize(STEP):
            raise SplitNotWhole(f"A share is {share.percent} %.", remedy="Above nought, three decimals at most.")
    whole = sum((share.percent for share in shares), Decimal(0))
    if whole != WHOLE:
        raise SplitNotWhole(f"The shares add up to {whole} %.", remedy="Let them add up to exactly 100 %.")


def even_split(holders: Sequence[str]) -> tuple[Share, ...]:
    """Return equal shares of two decimals; what cannot be cut goes to the first ones, a hundredth each.

    Empty for nobody.
    """
    if not holders:
        return ()
    step = Decimal("0.01")
    each = (WHOLE / len(holders)).quantize(step, ROUND_DOWN)
    left = int((WHOLE - each * len(holders)) / step)
    return tuple(
        Share(holder=holder, percent=each + (step if place < left else 0)) for place, holder in enumerate(holders)
    )


def credited(amount: Money, shares: Sequence[Share]) -> Mapping[str, Money]:
    """Return what each holder is credited with, whole minor units that add up to the amount exactly.

    What cannot be cut goes to the largest share.
    """
    unit = Decimal(1).scaleb(-minor_units(amount.currency))
    rounded = amount.rounded().amount
    found = {share.holder: (rounded * share.percent / WHOLE).quantize(unit, ROUND_DOWN) for share in shares}
    largest = max(shares, key=lambda share: share.percent).holder
    found[largest] += rounded - sum(found.values(), Decimal(0))
    return {holder: Money(value, amount.currency) for holder, value in found.items()}
