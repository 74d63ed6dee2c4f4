"""The chance to lose an account in a period, given that it is still there: one row per account and period.

A discrete-time hazard needs no proportional effects and takes any learner of probabilities (Singer and Willett 1993).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from signals.core.errors import FrameInvalid
from signals.core.learning.booster import Booster, learn_booster
from signals.core.learning.frame import Array, Frame, number_column
from signals.core.learning.prior import Prior
from signals.core.learning.scorecard.model import Scorecard, learn_scorecard
from signals.core.learning.settings import Settings

PERIOD = "(period)"
LOGISTIC, TREES = "logistic", "trees"
MOST_PERIODS = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hazard:
    """The fitted hazard; `edges` are the ends of the periods in the unit of the durations."""

    learner: Scorecard | Booster
    edges: Array

    def chances(self, frame: Frame) -> Array:
        """Return the chance of loss in each period (across) of each row (down), if it is still there."""
        count = len(self.edges)
        rows = np.repeat(np.arange(len(frame)), count)
        asked = _with_period(frame.take(rows), np.tile(np.arange(count), len(frame)))
        return np.asarray(expit(self.learner.log_odds(asked)).reshape(len(frame), count))

    def staying(self, frame: Frame) -> Array:
        """Return the share that stays beyond the end of each period (across) for each row (down)."""
        return np.asarray(np.cumprod(1 - self.chances(frame), axis=1))


def total_risk(staying: Array) -> Array:
    """Return one number per row that orders accounts: the cumulative hazards summed over the periods."""
    return np.asarray(-np.log(np.maximum(staying, 1e-12)).sum(axis=1))


def period_edges(duration: Array, is_lost: Array, most: int = MOST_PERIODS) -> Array:
    """Return the ends of the periods: every distinct time of loss, or as many quantiles of them as allowed."""
    times = np.unique(duration[is_lost == 1]).astype(np.float64)
    if not len(times):
        raise FrameInvalid("No account was lost, so there is no hazard to learn.")
    if len(times) <= most:
        return times
    return np.unique(np.quantile(duration[is_lost == 1], np.linspace(0, 1, most + 1)[1:], method="higher"))


def person_periods(frame: Frame, duration: Array, is_lost: Array, edges: Array) -> Frame:
    """Return a row for each period an account was seen through; its outcome is 1 in the period it was lost."""
    ends = np.minimum(np.searchsorted(edges, duration, side="left"), len(edges) - 1)
    seen = np.where(is_lost == 1, ends + 1, np.searchsorted(edges, duration, side="right"))
    rows = np.repeat(np.arange(len(frame)), seen)
    periods = np.arange(len(rows)) - np.repeat(np.cumsum(seen) - seen, seen)
    outcome = ((is_lost[rows] == 1) & (periods == ends[rows])).astype(np.float64)
    return replace(_with_period(frame.take(rows), periods), outcome=outcome)


def learn_hazard(periods: Frame, edges: Array, *, prior: Prior, settings: Settings, learner: str, seed: int) -> Hazard:
    """Return the hazard fitted to person-period rows by "logistic" or "trees"; columns must have been screened."""
    if learner == LOGISTIC:
        return Hazard(learner=learn_scorecard(periods, prior, settings=settings, seed=seed), edges=edges)
    trees = learn_booster(periods, settings=settings, seed=seed)
    if trees is None:
        raise FrameInvalid("There are too few rows for trees: use the logistic hazard.")
    return Hazard(learner=trees, edges=edges)


def _with_period(frame: Frame, periods: Array) -> Frame:
    period = number_column(PERIOD, periods.astype(np.float64).tolist(), family="contract")
    return frame.with_columns((*(c for c in frame.columns if c.name != PERIOD), period))
