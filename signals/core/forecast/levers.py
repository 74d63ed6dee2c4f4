"""What a scenario changes: shifts of the log-odds of a loss and of the amount, renewal by renewal and draw by draw.

A lever at zero adds exactly nothing, so that a scenario without levers is the forecast, bit for bit.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from renewals.core.errors import InvalidInput
from signals.core.forecast.rules import LeverRule

Floats = npt.NDArray[np.float64]
SPREAD = ("price_uplift",)
"""Levers that move every renewal by their size; the others hit a share of them."""


def check_levers(values: Mapping[str, float], rules: Sequence[LeverRule]) -> Mapping[str, float]:
    """Return the values of the levers that are moved; raises InvalidInput for an unknown one or one out of range."""
    known = {rule.key: rule for rule in rules}
    for key, value in values.items():
        if key not in known:
            raise InvalidInput(f"There is no lever '{key}'.", where=key, remedy=f"Levers: {', '.join(known)}.")
        rule = known[key]
        if not rule.lowest <= value <= rule.highest:
            allowed = f"{rule.lowest:.0%} to {rule.highest:.0%}"
            raise InvalidInput(f"{rule.name} cannot be {value:.0%}.", where=key, remedy=f"Allowed: {allowed}.")
    return {key: float(value) for key, value in values.items() if value}


def needs_chance(values: Mapping[str, float]) -> bool:
    """Answer whether a lever hits some renewals and not others, so that it has to be drawn which."""
    return any(key not in SPREAD for key in values)


def moved(
    values: Mapping[str, float], rules: Sequence[LeverRule], hits: Floats
) -> tuple[Floats | float, Floats | float]:
    """Return what is added to the log-odds of a loss, and the factor on the amount.

    `hits` has a row of uniform numbers for each lever in the order of the rules: a lever at 30 % hits where its number
    is below 0.3, so that 40 % hits the same ones and more.
    """
    shift: Floats | float = 0.0
    factor: Floats | float = 1.0
    for place, rule in enumerate(rules):
        value = values.get(rule.key, 0.0)
        if not value:
            continue
        size: Floats | float = value
        if rule.key not in SPREAD:
            size = np.where(hits[place] < abs(value), np.sign(value), 0.0)
        shift = shift + rule.effect * size
        factor = factor * (1.0 + rule.worth * size)
    return shift, factor
