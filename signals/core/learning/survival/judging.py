"""How good foretold survival is: who leaves first (Harrell's C), and how far off the curves are (Graf's Brier)."""

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.survival.curves import censoring_curve

TIED_RISK = 1e-8


def concordance(duration: Array, is_lost: Array, risk: Array) -> float:
    """Return the share of comparable pairs in which who left first had the higher risk, ties of risk counting half.

    A pair compares when the earlier one was lost, and not at the same time as another loss (Harrell 1982).
    """
    agreeing = comparable = 0.0
    for row in np.flatnonzero(is_lost == 1):
        later = (duration > duration[row]) | ((duration == duration[row]) & (is_lost == 0))
        gap = risk[row] - risk[later]
        tied = np.abs(gap) <= TIED_RISK
        agreeing += float(((gap > 0) & ~tied).sum()) + 0.5 * float(tied.sum())
        comparable += float(later.sum())
    return agreeing / comparable if comparable else float("nan")


def brier_scores(duration: Array, is_lost: Array, staying: Array, times: Array) -> Array:
    """Return the Brier score at each time, weighted for censoring; `staying[row, k]` is the share beyond times[k].

    Graf et al. 1999: a row that was lost weighs by the chance of having been seen so long; where nobody was, it is left
    out.
    """
    seen = censoring_curve(duration, is_lost)
    by_row, by_time = _inverse(seen.at(duration)), _inverse(seen.at(times))
    scores = np.empty(len(times))
    for k, time in enumerate(times):
        lost = (duration <= time) & (is_lost == 1)
        here = duration > time
        scores[k] = np.mean(lost * by_row * staying[:, k] ** 2 + here * by_time[k] * (1 - staying[:, k]) ** 2)
    return scores


def _inverse(share: Array) -> Array:
    return np.asarray(np.divide(1.0, share, out=np.zeros_like(share), where=share > 0))


def integrated_brier(duration: Array, is_lost: Array, staying: Array, times: Array) -> float:
    """Return the Brier scores averaged over the span of the times (trapezes); 0 is best."""
    scores = brier_scores(duration, is_lost, staying, times)
    if len(times) < 2:
        return float(scores.mean())
    return float(np.trapezoid(scores, times) / (times[-1] - times[0]))
