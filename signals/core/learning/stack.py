"""Joins the learners: a weighted sum of their log-odds, weights never negative, fitted on held-out predictions."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array
from signals.core.learning.late import Late

OPTIMIZE = Late("scipy.optimize")

RIDGE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """log-odds = intercept + sum (weight x log-odds of the member); `members` names them in order."""

    members: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float

    def log_odds(self, members: Array) -> Array:
        """Return the joint log-odds of rows that hold one column per member."""
        return np.asarray(self.intercept + members @ np.array(self.weights))


def learn_stack(members: tuple[str, ...], log_odds: Array, outcome: Array) -> Stack:
    """Return the weights with the lowest log-loss on held-out rows, pulled lightly to equal shares of 1."""
    equal = np.full(len(members), 1.0 / len(members))

    def cost(parameters: Array) -> tuple[float, Array]:
        line = parameters[0] + log_odds @ parameters[1:]
        off = parameters[1:] - equal
        error = expit(line) - outcome
        value = (np.logaddexp(0.0, line) - outcome * line).sum() + RIDGE * (off @ off) / 2
        return float(value), np.concatenate([[error.sum()], log_odds.T @ error + RIDGE * off])

    bounds = [(None, None)] + [(0.0, None)] * len(members)
    found = OPTIMIZE.minimize(cost, np.concatenate([[0.0], equal]), jac=True, bounds=bounds, method="L-BFGS-B")
    return Stack(members=members, weights=tuple(float(w) for w in found.x[1:]), intercept=float(found.x[0]))
