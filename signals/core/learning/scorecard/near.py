"""Rows near to the renewal have a scorecard of their own: what is known then says more than half a year before.

One scorecard of all horizons has the weights of a mean horizon. The decisions are the same ones, looked at later.
"""

from dataclasses import replace

import numpy as np

from signals.core.learning.frame import Array, Frame
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Split
from signals.core.learning.scorecard.model import Scorecard, learn_scorecard
from signals.core.learning.settings import NearPart, Settings


def learn_by_nearness(frame: Frame, prior: Prior, *, settings: Settings, seed: int) -> Scorecard:
    """Return the scorecard of decided rows, with one of its own for the near ones where there are enough of them."""
    card = learn_scorecard(frame, prior, settings=settings, seed=seed)
    part = NearPart(days=settings.near_days)
    rows = part.rows(frame)
    if rows.all() or not speak_for_themselves(frame.take(rows), settings):
        return card
    own = learn_scorecard(frame.take(rows), prior, settings=settings, seed=seed)
    return replace(card, apart=(*card.apart, (part, _beside(own, card))))


def rows_it_learns_from(frame: Frame, split: Split, settings: Settings) -> Array:
    """Answer for each row of the frame whether the scorecard that speaks for the test rows of a split may see it."""
    near = NearPart(days=settings.near_days).rows(frame)
    train = split.train[near[split.train]]
    if split.embargo is not None and near[split.test].all() and speak_for_themselves(frame.take(train), settings):
        return near
    return np.ones(len(frame), dtype=bool)


def speak_for_themselves(near: Frame, settings: Settings) -> bool:
    """Answer whether so many decisions are seen from near, and enough of either kind."""
    decided, lost = float(near.counts.sum()), float((near.counts * near.outcome).sum())
    return decided >= settings.smallest_training_rows and min(lost, decided - lost) >= settings.smallest_training_class


def _beside(own: Scorecard, card: Scorecard) -> Scorecard:
    """The own scorecard less what is added to every part: it follows the latest outcomes by itself."""
    weights = own.weights.copy()
    weights[0] -= card.recent
    return replace(own, weights=weights, recent=own.recent - card.recent)
