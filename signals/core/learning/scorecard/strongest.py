"""Chooses which columns of a wide table the scorecard weighs: by the training rows alone, one column at a time.

A column with a standard meaning is always kept: the expert speaks of it.
"""

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.prior import Prior

SMOOTH = 20.0
"""Rows of the plain loss rate that are added to each word, so that rare words do not look strong by chance."""


def strongest(frame: Frame, prior: Prior, most: int) -> Frame:
    """Return the frame with `most` columns at most, in their order; every outcome must be known."""
    if len(frame.columns) <= most:
        return frame
    meant = [column.meaning in prior.meanings for column in frame.columns]
    gains = np.array([_gain(column, frame.outcome) for column in frame.columns]) + np.where(meant, 1.0, 0.0)
    kept = set(np.argsort(-gains, kind="stable")[:most].tolist())
    return frame.with_columns([column for place, column in enumerate(frame.columns) if place in kept])


def _gain(column: Column, outcome: Array) -> float:
    """How far the column alone is from ordering like chance: 0 to 0.5, by its values or by whether it is known."""
    known = column.is_known
    values = column.values if column.kind == NUMBER else _rates(column.values, outcome)
    areas = [area_under_curve(outcome, known.astype(np.float64))]
    if known.any():
        areas.append(_half(known) * (area_under_curve(outcome[known], values[known]) - 0.5) + 0.5)
    return float(np.nanmax([*(abs(area - 0.5) for area in areas), 0.0]))


def _half(known: Array) -> float:
    """A column that is rarely known can move few rows."""
    return float(np.sqrt(known.mean()))


def _rates(words: Array, outcome: Array) -> Array:
    names, places = np.unique(np.array([str(word) for word in words]), return_inverse=True)
    lost, rows = np.bincount(places, outcome, minlength=len(names)), np.bincount(places, minlength=len(names))
    return np.asarray(((lost + SMOOTH * outcome.mean()) / (rows + SMOOTH))[places])
