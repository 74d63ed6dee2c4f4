"""Put the model's chance and a person's category together, by what came of both: a logistic line held by a ridge.

With no history it is the model alone. Source of the form: logit(p) = a + b1 logit(model) + b2 category.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.forecast.calls import SURENESS
from signals.core.forecast.levers import Floats
from signals.core.forecast.rules import BlendRules

STEPS = 25
SAFE = 1e-4


@dataclass(frozen=True, slots=True)
class CalledChance:
    """The model's chance of renewal and the category a person called, at the same checkpoint."""

    renew_probability: float
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """The line: `model` times the log-odds of the model, `category` times the steps of the call above the middle."""

    base: float
    model: float
    category: float
    rows: int

    def chance(self, called: CalledChance) -> float:
        """Return the chance of renewal by both."""
        return float(_logistic(_columns([called]) @ np.array([self.base, self.model, self.category]))[0])


def fit_blend(rows: Sequence[CalledChance], kept: Sequence[bool], rules: BlendRules) -> Blend | None:
    """Return the blend; None when there are too few rows, or too few of either ending."""
    lost = len(kept) - sum(kept)
    if len(rows) < rules.minimum or min(lost, sum(kept)) < rules.minimum_lost:
        return None
    columns, ended = _columns(rows), np.array(kept, dtype=float)
    centre = np.array([0.0, 1.0, 0.0])
    weights = centre.copy()
    for _ in range(STEPS):
        chance = _logistic(columns @ weights)
        slope = columns.T @ (ended - chance) - rules.ridge * (weights - centre)
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns + rules.ridge * np.eye(3)
        weights = weights + np.linalg.solve(curve, slope)
    base, model, category = (float(each) for each in weights)
    return Blend(base=base, model=model, category=category, rows=len(rows))


def _columns(rows: Sequence[CalledChance]) -> Floats:
    chance = np.clip([row.renew_probability for row in rows], SAFE, 1 - SAFE)
    places = [[each.value for each in SURENESS].index(row.category) - 1.5 for row in rows]
    return np.stack([np.ones(len(rows)), np.log(chance / (1 - chance)), np.array(places)], axis=1)


def _logistic(value: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-value))
    return chance
