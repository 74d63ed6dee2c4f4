"""Sets the base by the latest outcomes: what the times do to all accounts alike shows there first.

The weights of the columns stay; only the level moves, and it is pulled back to where it was.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.protocols import Split, known_before, month_of
from signals.core.learning.settings import Settings

STEPS = 25
Outlook = Callable[[Frame], Array]
"""What a model says of rows before its base follows the latest outcomes: log-odds."""


def followed(frame: Frame, split: Split, outlook: Outlook, settings: Settings, seen: Array | None = None) -> Array:
    """Return by how much the base is to be moved for each test row of a split in order of time, in log-odds.

    `seen` marks the rows that the model learns from; None: all.

    The weights are those of the split, and the base is that of the row's month: a model is trained anew each month, so
    the base of a month follows the outcomes that were known when it began.
    """
    shifts = np.zeros(len(split.test))
    if split.embargo is None or frame.decided_on is None:
        return shifts
    months = month_of(frame.decided_on[split.test])
    for month in np.unique(months):
        known = known_before(frame, month.astype("datetime64[D]"), split.embargo, settings)
        rows = frame.take(known if seen is None else known & seen)
        shifts[months == month] = recent_shift(rows, outlook(rows), settings)
    return shifts


def recent_shift(frame: Frame, log_odds: Array, settings: Settings) -> float:
    """Return what to add to the log-odds of decided rows so that they fit the latest outcomes; 0 without days.

    Minimises the log-loss, each row fading by half every `recent_days`, + shift^2 / (2 recent_spread^2).
    """
    if frame.days_to_renewal is None or frame.decided_on is None or settings.recent_spread <= 0 or not len(frame):
        return 0.0
    dated = ~np.isnat(frame.decided_on)
    if not dated.any():
        return 0.0
    age = (frame.decided_on[dated].max() - frame.decided_on[dated]).astype(np.float64)
    counts = frame.counts[dated] * 0.5 ** (age / settings.recent_days)
    outcome, level, shift = frame.outcome[dated], log_odds[dated], 0.0
    precision = settings.recent_spread**-2.0
    for _ in range(STEPS):
        p = expit(level + shift)
        slope = float((counts * (p - outcome)).sum()) + precision * shift
        shift -= slope / (float((counts * p * (1 - p)).sum()) + precision)
    return shift
