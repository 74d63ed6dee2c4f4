"""Figures that several apps show and must compute alike."""

from decimal import Decimal

from renewals.core.errors import InvalidInput
from renewals.core.money import Money


def arr_at_risk(target: Money, *, loss_probability: float) -> Money:
    """Return target x p(loss), in the target's currency, rounded to its minor units.

    The probability is read at six decimals, so that the printed factors give the printed product. Raises InvalidInput
    outside 0-1.
    """
    if not 0.0 <= loss_probability <= 1.0:
        raise InvalidInput(f"A probability lies between 0 and 1, {loss_probability} was given.")
    return target.times(Decimal(f"{loss_probability:.6f}")).rounded()
