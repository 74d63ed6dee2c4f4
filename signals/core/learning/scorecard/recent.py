"""Sets the base by the latest outcomes: what the times do to all accounts alike shows there first.

The weights of the columns stay; only the level moves, and it is pulled back to where it was.
"""

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.settings import Settings

STEPS = 25


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
