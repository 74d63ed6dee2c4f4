"""How much of the past to learn from: all of it in a steady world, a short window after a turn.

A turn is seen where losses of the latest quarters do not follow the order that all history foretells, in the whole book
or in one part of it. Then shorter windows are tried, and need less proof.
"""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.honesty import row_losses
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import latest_quarters, rolling_origin
from signals.core.learning.settings import Settings, TurnedPart
from signals.core.learning.training.held_out import Tuned, hold_out
from signals.core.learning.training.model import SCORECARD
from signals.core.learning.training.turned import BROKEN, Foretold, parts_of, turned_part
from signals.core.learning.watching import order_of

LATEST_QUARTERS = 2
NOISE = 2.0
"""A window must beat all history by this many standard errors: the same quarters are reported on afterwards."""
NOISE_AFTER_A_TURN = 0.5
"""The broken order is proof already; how short the window should be is all that is asked."""
LOOKED_BACK = 6
"""Quarters that are looked at for the day of a turn, once an order is broken in the latest two."""


def fitted_to_turns(frame: Frame, *, prior: Prior, settings: Settings, seed: int) -> Settings:
    """Return the settings with the part of the book that turned, if one did, and the window that suits the rest.

    Only the scorecard is asked; the columns must have been screened.
    """
    quick, latest = replace(settings, booster_rows=10**9), _latest(frame, settings)
    if not len(latest):
        return settings
    whole = _log_odds(frame, latest, prior, settings=quick, seed=seed)
    if is_broken(frame.take(latest), whole):
        settings = replace(settings, turned=_turned(frame, prior, settings=quick, seed=seed))
    return replace(settings, window_days=choose_window(frame, prior=prior, settings=settings, seed=seed))


def _turned(frame: Frame, prior: Prior, *, settings: Settings, seed: int) -> tuple[TurnedPart, ...]:
    looked = _latest(frame, settings, LOOKED_BACK)
    log_odds = np.full(len(frame), np.nan)
    log_odds[looked] = _log_odds(frame, looked, prior, settings=settings, seed=seed, quarters=LOOKED_BACK)
    rows = looked[_last_rows(frame.take(looked))]
    rows = rows[np.isfinite(log_odds[rows])]
    late = np.isin(rows, _latest(frame, settings))
    found = turned_part(Foretold(frame=frame.take(rows), log_odds=log_odds[rows], latest=late))
    return () if found is None else (found,)


def choose_window(frame: Frame, *, prior: Prior, settings: Settings, seed: int) -> int | None:
    """Return the window in days (None: all history) with the clearly lowest log-loss in the latest two quarters.

    Only the scorecard is asked; the columns must have been screened.
    """
    quick, latest = replace(settings, booster_rows=10**9), _latest(frame, settings)
    if not len(latest):
        return None
    whole = _log_odds(frame, latest, prior, settings=quick, seed=seed)
    is_turned = is_broken(frame.take(latest), whole)
    windows = settings.windows_after_a_turn if is_turned else settings.windows
    noise = NOISE_AFTER_A_TURN if is_turned else NOISE
    best, chosen, outcome = 0.0, None, frame.outcome[latest]
    for days in windows:
        tried = _log_odds(frame, latest, prior, settings=replace(quick, window_days=days), seed=seed)
        gap = row_losses(outcome, np.asarray(expit(whole))) - row_losses(outcome, np.asarray(expit(tried)))
        clear = float(gap.sum() - noise * gap.std() * np.sqrt(len(gap))) if np.isfinite(gap).all() else 0.0
        if clear > best:
            best, chosen = clear, days
    return chosen


def is_broken(frame: Frame, log_odds: Array) -> bool:
    """Answer whether losses break the order of these log-odds, foretold unseen: for all rows, or in one part.

    Each decision counts once, by the row that is nearest to it.
    """
    rows = _last_rows(frame)
    rows = rows[np.isfinite(log_odds[rows])]
    last, probability = frame.take(rows), np.asarray(expit(log_odds[rows]))
    for _, _, part in parts_of(last):
        order = order_of(last.outcome[part], probability[part], chance=BROKEN)
        if order is not None and order.slope < order.low:
            return True
    return False


def _last_rows(frame: Frame) -> Array:
    """Return the place of the row nearest to each decision."""
    days = np.zeros(len(frame)) if frame.days_to_renewal is None else frame.days_to_renewal
    nearest = np.lexsort((days, frame.decisions))
    decisions = frame.decisions[nearest]
    return np.sort(nearest[np.concatenate([[True], decisions[1:] != decisions[:-1]])]) if len(frame) else nearest


def _latest(frame: Frame, settings: Settings, quarters: int = LATEST_QUARTERS) -> Array:
    """Return the places of the rows that are tested in one of the latest quarters."""
    splits = latest_quarters(rolling_origin(frame, settings), quarters)
    return np.unique(np.concatenate([split.test for split in splits])) if splits else np.zeros(0, dtype=np.int64)


def _log_odds(
    frame: Frame, latest: Array, prior: Prior, *, settings: Settings, seed: int, quarters: int = LATEST_QUARTERS
) -> Array:
    splits = latest_quarters(rolling_origin(frame, settings), quarters)
    held = hold_out(frame, splits, prior, settings=settings, seed=seed, tuned=Tuned())
    return np.asarray(held.log_odds.get(SCORECARD, np.full(len(frame), np.nan))[latest])
