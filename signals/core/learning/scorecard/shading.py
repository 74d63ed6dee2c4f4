"""Logistic regression that is pulled to a given centre: maximum a posteriori with a normal prior on each weight.

Minimises NLL + sum (b - centre)^2 / (2 spread^2) by Newton steps; the minimum is unique, so no chance is involved.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from signals.core.learning.frame import Array

STEPS = 60
ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What weights are fitted to: terms, outcomes, and how much each row counts (rows of one renewal share 1)."""

    x: Array
    outcome: Array
    counts: Array

    def take(self, rows: Array) -> "Evidence":
        """Return these rows, given as positions or as a mask."""
        return Evidence(x=self.x[rows], outcome=self.outcome[rows], counts=self.counts[rows])


def fit_shaded(
    seen: Evidence, centre: Array, spread: Array, start: Array | None = None, *, enough: float = ENOUGH
) -> Array:
    """Return the weights; `spread` is the prior's standard deviation of each weight, 0 keeps it at its centre.

    It stops when a step lowers the cost by less than `enough`, relative to the cost.
    """
    free = spread > 0
    fixed = seen.x[:, ~free] @ centre[~free]
    rows = Evidence(x=seen.x[:, free], outcome=seen.outcome, counts=seen.counts)
    middle, precision = centre[free], spread[free] ** -2.0
    weights = middle.copy() if start is None else start[free].copy()
    cost, p = _cost(rows, weights, (fixed, middle, precision))
    for _ in range(STEPS):
        gradient = rows.x.T @ (rows.counts * (p - rows.outcome)) + precision * (weights - middle)
        step = cho_solve(cho_factor(_curvature(rows, p, precision)), gradient)
        weights, new_cost, p = _line_search(rows, (weights, step, cost), (fixed, middle, precision))
        if cost - new_cost < enough * (1 + abs(cost)):
            break
        cost = new_cost
    full = centre.astype(np.float64).copy()
    full[free] = weights
    return full


def decided_by_data(seen: Evidence, weights: Array, spread: Array) -> Array:
    """Return for each weight 1 - posterior precision of the prior: the diagonal of H (H + prior)^-1."""
    free = spread > 0
    share = np.zeros(len(weights))
    if not free.any() or not len(seen.x):
        return share
    precision = spread[free] ** -2.0
    rows = Evidence(x=seen.x[:, free], outcome=seen.outcome, counts=seen.counts)
    total = _curvature(rows, expit(seen.x @ weights), precision)
    inverse = cho_solve(cho_factor(total), np.eye(int(free.sum())))
    share[free] = np.clip(1.0 - np.diag(inverse) * precision, 0.0, 1.0)
    return share


def _curvature(seen: Evidence, p: Array, precision: Array) -> Array:
    # The product of a matrix with its own transpose is computed by halves, in half the time.
    weighted = seen.x * np.sqrt(seen.counts * p * (1 - p))[:, None]
    curvature = weighted.T @ weighted
    curvature[np.diag_indices_from(curvature)] += precision
    return np.asarray(curvature)


def _cost(seen: Evidence, weights: Array, given: tuple[Array, Array, Array]) -> tuple[float, Array]:
    fixed, middle, precision = given
    log_odds = seen.x @ weights + fixed
    loss = seen.counts * (np.logaddexp(0.0, log_odds) - seen.outcome * log_odds)
    return float(loss.sum() + (precision * (weights - middle) ** 2).sum() / 2), expit(log_odds)


def _line_search(
    seen: Evidence, place: tuple[Array, Array, float], given: tuple[Array, Array, Array]
) -> tuple[Array, float, Array]:
    weights, step, cost = place
    length = 1.0
    while length > 1e-6:
        tried = weights - length * step
        new_cost, p = _cost(seen, tried, given)
        if new_cost <= cost:
            return tried, new_cost, p
        length /= 2
    return weights, cost, _cost(seen, weights, given)[1]
