"""Do the probabilities mean what they say? Brier, log-loss, calibration in the large, in slope and in steps.

Every measure takes outcomes (1 lost, 0 retained), probabilities of loss and optional weights such as amounts.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from signals.core.learning.frame import Array
from signals.core.learning.metrics.intervals import Interval, wilson

SMALLEST = 1e-12
STEPS = 10
NEWTON_STEPS = 50


def clipped_logit(probability: Array) -> Array:
    """Return log-odds, with probabilities kept off 0 and 1 by 1e-12."""
    return np.asarray(logit(np.clip(probability, SMALLEST, 1 - SMALLEST)))


def brier(outcome: Array, probability: Array, weight: Array | None = None) -> float:
    """Return the mean squared distance of probability and outcome; 0 is best."""
    return float(np.average((probability - outcome) ** 2, weights=weight))


def row_losses(outcome: Array, probability: Array) -> Array:
    """Return the log-loss of each row in nats."""
    kept = np.clip(probability, SMALLEST, 1 - SMALLEST)
    return np.asarray(-(outcome * np.log(kept) + (1 - outcome) * np.log1p(-kept)))


def log_loss(outcome: Array, probability: Array, weight: Array | None = None) -> float:
    """Return the mean log-loss in nats; lower is better."""
    return float(np.average(row_losses(outcome, probability), weights=weight))


def observed_over_expected(outcome: Array, probability: Array, weight: Array | None = None) -> float:
    """Return losses that happened divided by losses foretold; 1 is right, nan when none was foretold."""
    weights = np.ones(len(outcome)) if weight is None else weight
    expected = float((weights * probability).sum())
    return float((weights * outcome).sum() / expected) if expected > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Calibration:
    """logit(observed) = intercept + slope x logit(foretold); slope below 1 is over-confident, nan when not defined."""

    slope: float
    intercept: float


def calibration_line(outcome: Array, probability: Array, weight: Array | None = None) -> Calibration:
    """Return Cox's recalibration line by maximum likelihood (logistic regression on the log-odds)."""
    x = clipped_logit(probability)
    if np.ptp(outcome) == 0 or np.ptp(x) < 1e-9:
        return Calibration(float("nan"), float("nan"))
    weights = np.ones(len(x)) if weight is None else weight
    design = np.column_stack([np.ones(len(x)), x])
    line = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        p = expit(design @ line)
        gradient = design.T @ (weights * (outcome - p))
        curvature = (design.T * (weights * p * (1 - p))) @ design
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        step *= min(1.0, 5.0 / max(1e-12, float(np.abs(step).max())))
        line = line + step
        if np.abs(step).max() < 1e-12:
            break
    return Calibration(float(line[1]), float(line[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One step of the calibration curve: mean foretold, share that happened with its interval, rows."""

    foretold: float
    observed: float
    interval: Interval
    rows: int


def calibration_curve(outcome: Array, probability: Array, steps: int = STEPS) -> tuple[CurvePoint, ...]:
    """Return equally filled steps of probability with Wilson intervals of the observed share."""
    points = []
    for rows in np.array_split(np.argsort(probability, kind="stable"), steps):
        if len(rows):
            lost = float(outcome[rows].sum())
            points.append(
                CurvePoint(
                    foretold=float(probability[rows].mean()),
                    observed=lost / len(rows),
                    interval=wilson(lost, len(rows)),
                    rows=len(rows),
                )
            )
    return tuple(points)


def calibration_error(outcome: Array, probability: Array, weight: Array | None = None, steps: int = STEPS) -> float:
    """Return the expected calibration error: mean gap of foretold and observed over equally filled steps."""
    weights = np.ones(len(outcome)) if weight is None else weight
    total = 0.0
    for rows in np.array_split(np.argsort(probability, kind="stable"), steps):
        total += abs(float((weights[rows] * (outcome[rows] - probability[rows])).sum()))
    return total / float(weights.sum()) if weights.sum() > 0 else float("nan")
