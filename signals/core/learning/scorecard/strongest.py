"""How far each column orders the training rows alone: it decides which columns of a wide table the scorecard weighs,
and how much room their weights have.

The strongest columns of each standard meaning are kept: the expert speaks of them, and many columns of one meaning
must not push out the only one of another.
"""

from collections import Counter

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.prior import Prior

OF_A_MEANING = 2
"""So many columns of one meaning are kept however weak they are alone."""
BEST, LEAST = 3, 0.05
SMOOTH = 20.0
"""Rows of the plain loss rate that are added to each word, so that rare words do not look strong by chance."""


def strongest(frame: Frame, prior: Prior, most: int) -> Frame:
    """Return the frame with `most` columns at most, in their order; every outcome must be known."""
    if len(frame.columns) <= most:
        return frame
    gains = np.array([_gain(column, frame.outcome) for column in frame.columns])
    seen: Counter[str] = Counter()
    for place in np.argsort(-gains, kind="stable"):
        meaning = frame.columns[place].meaning
        if meaning in prior.meanings and seen[meaning] < OF_A_MEANING:
            seen[meaning] += 1
            gains[place] += 1.0
    kept = set(np.argsort(-gains, kind="stable")[:most].tolist())
    return frame.with_columns([column for place, column in enumerate(frame.columns) if place in kept])


def relevance(frame: Frame) -> dict[str, float]:
    """Return for each column the share of the common room that its weights get; every outcome must be known.

    It is what the column orders beyond the standard error of chance, in relation to the third best, 0.05 to 1. Sixty
    weak columns with the same room as three strong ones would drown them, and they cannot be left out before many
    outcomes are known: each keeps a little room.
    """
    counts = frame.counts
    rows, lost = float(counts.sum()), float((counts * frame.outcome).sum())
    if not 0 < lost < rows or not frame.columns:
        return {}
    chance = np.sqrt((rows + 1) / (12 * lost * (rows - lost)))
    beyond = np.maximum([_gain(column, frame.outcome) - chance for column in frame.columns], 0.0)
    best = float(np.sort(beyond)[-BEST:][0])
    shares = np.clip(beyond / best, LEAST, 1.0) if best > 0 else np.ones(len(beyond))
    return dict(zip(frame.names, shares.tolist(), strict=True))


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
