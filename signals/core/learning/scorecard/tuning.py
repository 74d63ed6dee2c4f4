"""Chooses how far the outcomes may move the weights: by the log-loss on accounts that were held out.

Among settings that cannot be told apart, the one nearest to the expert is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array
from signals.core.learning.metrics.honesty import row_losses
from signals.core.learning.scorecard.shading import Evidence, fit_shaded
from signals.core.learning.scorecard.terms import Layout, Shading
from signals.core.learning.scorecard.whole_word import spread_with_common
from signals.core.learning.settings import Settings

BEND_RATIOS = (0.2, 0.5, 1.5)
FOCUSED = (1.0, 2.0, 4.0)
"""What tau is multiplied by when columns have room by their relevance: most of them then have little of it."""
NOISE = 0.5
"""A bolder tau must beat a nearer one by this many standard errors of the difference (a bend need not) ..."""
PROOF = 0.5
"""... and by this much log-loss in total (nats) for each step bolder: fifty outcomes split luckily are no proof."""

ROUGHLY = 1e-6
"""Relative precision that is enough to choose by: a thousandth of what PROOF asks for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows to tune on: terms and outcomes, folds, what decision each belongs to, and the centre of the weights.

    `by_fold` is the layout with the relevance that the rows outside the fold say.
    """

    layout: Layout
    seen: Evidence
    folds: Array
    decision: Array
    centre: Array
    by_fold: Mapping[int, Layout]


def tune(sample: Sample, settings: Settings) -> Shading:
    """Return the shading with the lowest held-out log-loss: tau first, then the focus, the bends, the segments."""
    shading = _best(sample, [Shading(tau=tau) for tau in settings.taus])
    if _may_focus(sample, settings):
        focused = [Shading(tau=shading.tau * factor, focus=1.0) for factor in FOCUSED]
        shading = _best(sample, [shading, *focused], noise=0.0)
    if "bend" in sample.layout.kinds:
        shading = _best(sample, [replace(shading, bend_ratio=ratio) for ratio in BEND_RATIOS], noise=0.0)
    if sample.layout.own:
        shading = _best(sample, [replace(shading, segment_tau=tau) for tau in settings.segment_taus])
    return shading


def _may_focus(sample: Sample, settings: Settings) -> bool:
    """Answer whether the table is wide, and outcomes of either kind are many enough to say which columns matter."""
    lost, rows = float((sample.seen.counts * sample.seen.outcome).sum()), float(sample.seen.counts.sum())
    return len(sample.layout.relevance) >= settings.focus_columns and min(lost, rows - lost) >= settings.focus_class


def _best(sample: Sample, candidates: Sequence[Shading], noise: float = NOISE) -> Shading:
    """The first of the candidates, in their order, that is not clearly worse than the best."""
    losses: list[Array] = []
    starts: dict[int, Array] = {}
    for candidate in candidates:
        losses.append(_held_out(sample, candidate, starts))
        means = [loss.mean() for loss in losses]
        if len(means) > 2 and means[-1] > means[-2] > means[-3] and means[-1] > 1.01 * min(means):
            break
    best = min(range(len(losses)), key=lambda place: float(losses[place].sum()))
    for place, loss in enumerate(losses[:best]):
        gap = np.bincount(sample.decision, loss - losses[best])
        if gap.sum() <= PROOF * (best - place) + noise * gap.std() * np.sqrt(len(gap)):
            return candidates[place]
    return candidates[best]


def _held_out(sample: Sample, shading: Shading, starts: dict[int, Array]) -> Array:
    seen, losses = sample.seen, np.zeros(len(sample.folds))
    for fold, layout in sample.by_fold.items():
        held, spread = sample.folds == fold, spread_with_common(layout, shading)
        weights = fit_shaded(seen.take(~held), sample.centre, spread, starts.get(fold), enough=ROUGHLY)
        starts[fold] = np.where(spread > 0, weights, sample.centre)
        losses[held] = seen.counts[held] * row_losses(seen.outcome[held], expit(seen.x[held] @ weights))
    return losses
