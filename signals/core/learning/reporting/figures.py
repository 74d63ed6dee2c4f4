"""Figures as plain data: numbers that are not defined become None, never 0."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.figures import Figures, Judged, measure

FEWEST_ROWS = 30
FEWEST_OF_CLASS = 5


def known(value: float) -> float | None:
    """Return the number, None when it is not defined."""
    return float(value) if math.isfinite(value) else None


def figures_row(figures: Figures) -> dict[str, Any]:
    """Return the figures by name; the interval of the AUC as auc_low and auc_high."""
    plain = asdict(figures)
    interval = plain.pop("auc_interval")
    row = {name: value if isinstance(value, int) else known(value) for name, value in plain.items()}
    return row | {"auc_low": known(interval["low"]), "auc_high": known(interval["high"])}


def measured(
    frame: Frame, probability: Array, strata: Array, *, rng: np.random.Generator, repeats: int = 200
) -> Figures:
    """Return the figures of these predictions on the decided rows that have one; `strata` is the split of each row."""
    rows = np.isfinite(probability) & frame.is_decided
    judged = Judged(
        outcome=frame.outcome[rows],
        probability=probability[rows],
        groups=frame.groups[rows],
        strata=strata[rows].astype(str),
        amounts=None if frame.amounts is None else frame.amounts[rows],
    )
    return measure(judged, rng=rng, repeats=repeats)


def is_enough(outcome: Array) -> bool:
    """Answer whether a part has the rows, and the rows of each class, that a figure of its own needs."""
    lost = float(outcome.sum())
    return len(outcome) >= FEWEST_ROWS and min(lost, len(outcome) - lost) >= FEWEST_OF_CLASS
