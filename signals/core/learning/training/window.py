"""How much of the past to learn from: all of it in a steady world, a short window after a turn."""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.honesty import row_losses
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import latest_quarters, rolling_origin
from signals.core.learning.settings import Settings
from signals.core.learning.training.held_out import Tuned, hold_out
from signals.core.learning.training.model import SCORECARD

LATEST_QUARTERS = 2
NOISE = 2.0
"""A window must beat all history by this many standard errors: the same quarters are reported on afterwards."""


def choose_window(frame: Frame, *, prior: Prior, settings: Settings, seed: int) -> int | None:
    """Return the window in days (None: all history) with the clearly lowest log-loss in the latest two quarters.

    Only the scorecard is asked; the columns must have been screened.
    """
    quick, latest = replace(settings, booster_rows=10**9), _latest(frame, settings)
    if not latest.any():
        return None
    whole = _losses(frame, latest, prior, settings=quick, seed=seed)
    best, chosen = 0.0, None
    for days in settings.windows:
        gap = whole - _losses(frame, latest, prior, settings=replace(quick, window_days=days), seed=seed)
        known = gap[np.isfinite(gap)]
        clear = float(known.sum() - NOISE * known.std() * np.sqrt(len(known))) if len(known) == latest.sum() else 0.0
        if clear > best:
            best, chosen = clear, days
    return chosen


def _latest(frame: Frame, settings: Settings) -> Array:
    """Answer for each row whether it is tested in one of the latest two quarters."""
    rows = np.zeros(len(frame), dtype=bool)
    for split in latest_quarters(rolling_origin(frame, settings), LATEST_QUARTERS):
        rows[split.test] = True
    return rows


def _losses(frame: Frame, latest: Array, prior: Prior, *, settings: Settings, seed: int) -> Array:
    splits = latest_quarters(rolling_origin(frame, settings), LATEST_QUARTERS)
    held = hold_out(frame, splits, prior, settings=settings, seed=seed, tuned=Tuned())
    log_odds = held.log_odds.get(SCORECARD, np.full(len(frame), np.nan))
    return row_losses(frame.outcome[latest], np.asarray(expit(log_odds[latest])))
