"""A curve suggested from the spread of the accounts: floor, target, ceiling at their 10th, 50th and 90th per cent."""

import math
from collections.abc import Sequence

FEWEST = 20
SHARES = (0.1, 0.5, 0.9)
DIGITS = 3


def suggested_curve(values: Sequence[float], *, is_falling: bool) -> tuple[float, float, float] | None:
    """Return floor, target, ceiling with three digits; None for fewer than 20 values or too little spread.

    `is_falling`: less is better, so that the floor is the highest.
    """
    known = sorted(value for value in values if math.isfinite(value))
    if len(known) < FEWEST:
        return None
    low, middle, high = (_rounded(_quantile(known, share)) for share in SHARES)
    if not low < middle < high:
        return None
    return (high, middle, low) if is_falling else (low, middle, high)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The linear interpolation between neighbours (type 7 of Hyndman and Fan, 1996)."""
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
