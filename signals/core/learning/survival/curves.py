"""The share of accounts that stay beyond each time, with accounts that are still with us counted as such.

Kaplan and Meier 1958; the interval is Greenwood's on the log(-log) scale, so it keeps within 0 and 1.
"""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.late import Late
from signals.core.learning.metrics.intervals import CONFIDENCE

STATS = Late("scipy.stats")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalCurve:
    """One step per distinct time: rows still there before it, losses at it, share beyond it with its interval."""

    times: Array
    at_risk: Array
    losses: Array
    share: Array
    low: Array
    high: Array

    def at(self, times: Array) -> Array:
        """Return the share that stays beyond each of these times."""
        return _step(self.times, self.share, times, side="right")

    def before(self, times: Array) -> Array:
        """Return the share that stays up to each of these times (the limit from the left)."""
        return _step(self.times, self.share, times, side="left")


def kaplan_meier(duration: Array, is_lost: Array, confidence: float = CONFIDENCE) -> SurvivalCurve:
    """Return the curve of these durations; `is_lost` is 0 for an account that is still with us."""
    times, losses, at_risk = _counts(duration, is_lost)
    return _curve(times, losses, at_risk, confidence)


def censoring_curve(duration: Array, is_lost: Array) -> SurvivalCurve:
    """Return the curve of staying under observation; who is lost at a time leaves before observation ends at it."""
    times, losses, at_risk = _counts(duration, is_lost)
    ended = np.bincount(np.searchsorted(times, duration), 1 - is_lost, minlength=len(times))
    return _curve(times, ended, at_risk - losses, CONFIDENCE)


def _counts(duration: Array, is_lost: Array) -> tuple[Array, Array, Array]:
    times, place = np.unique(duration, return_inverse=True)
    losses = np.bincount(place, is_lost, minlength=len(times))
    leaving = np.bincount(place, minlength=len(times))
    return times, losses, (len(duration) - np.cumsum(leaving) + leaving).astype(np.float64)


def _curve(times: Array, losses: Array, at_risk: Array, confidence: float) -> SurvivalCurve:
    share = np.cumprod(1 - losses / np.maximum(at_risk, 1.0))
    low, high = _greenwood(at_risk, losses, share, confidence)
    return SurvivalCurve(times=times, at_risk=at_risk, losses=losses, share=share, low=low, high=high)


def _step(times: Array, share: Array, asked: Array, *, side: str) -> Array:
    places = np.searchsorted(times, asked, side="right" if side == "right" else "left")
    return np.concatenate([[1.0], share])[places]


def _greenwood(at_risk: Array, losses: Array, share: Array, confidence: float) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(losses / (at_risk * (at_risk - losses)))
        logs = np.log(share)
        half = STATS.norm.ppf(0.5 + confidence / 2) * np.sqrt(variance) / np.abs(logs)
        low, high = share ** np.exp(half), share ** np.exp(-half)
    whole = share >= 1
    low, high = np.where(whole, 1.0, low), np.where(whole, 1.0, high)
    return np.where(share <= 0, 0.0, low), np.where(share <= 0, 0.0, high)
