"""Chooses how far the outcomes may move the weights: by the log-loss on accounts that were held out.

Among settings that cannot be told apart, the one nearest to the expert is taken, unless his word foretells nothing.
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

HEARD = 2.0
"""The expert is heard where his word beats the plain loss rate on held-out accounts by this many standard errors."""
DOUBTED_FROM = 30
"""So many decisions of each kind are needed to doubt him."""

ROUGHLY = 1e-6
"""Relative precision that is enough to choose by: a thousandth of what PROOF asks for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows to tune on: terms and outcomes, folds, what decision each belongs to, and the centre of the weights.

    `by_fold` is the layout with the relevance that the rows outside the fold say. With `is_timed` what is foretold lies
    later than all rows: accounts held out of the same months do not show how bold is too bold.
    """

    layout: Layout
    seen: Evidence
    folds: Array
    decision: Array
    centre: Array
    by_fold: Mapping[int, Layout]
    is_timed: bool = False

    @property
    def rarer(self) -> float:
        """How many decisions there are of the kind that there are fewer of."""
        lost, decided = float((self.seen.counts * self.seen.outcome).sum()), float(self.seen.counts.sum())
        return min(lost, decided - lost)


def tune(sample: Sample, settings: Settings) -> Shading:
    """Return the shading with the lowest held-out log-loss: tau first, then the focus, the bends, the segments."""
    care = 1.0 if _is_heard(sample) else 0.0
    shading = _best(sample, [Shading(tau=tau) for tau in settings.taus], care=care)
    if _may_focus(sample, settings):
        focused = [Shading(tau=shading.tau * factor, focus=1.0) for factor in FOCUSED]
        shading = _best(sample, [shading, *focused], noise=0.0, care=care)
    if "bend" in sample.layout.kinds:
        shading = _best(sample, [replace(shading, bend_ratio=ratio) for ratio in BEND_RATIOS], noise=0.0, care=care)
    if sample.layout.own:
        shading = _best(sample, [replace(shading, segment_tau=tau) for tau in settings.segment_taus], care=care)
    return shading


def _is_heard(sample: Sample) -> bool:
    """Answer whether the expert has the benefit of the doubt: his word beats the loss rate, or too few can say it."""
    if sample.is_timed or sample.rarer < DOUBTED_FROM:
        return True
    gain = np.bincount(sample.decision, _plain(sample) - _held_out(sample, Shading(tau=0.0), {}))
    return bool(gain.sum() > HEARD * gain.std() * np.sqrt(len(gain)))


def _plain(sample: Sample) -> Array:
    """The held-out losses of the plain loss rate."""
    seen, losses = sample.seen, np.zeros(len(sample.folds))
    for fold in sample.by_fold:
        held = sample.folds == fold
        rate = float((seen.counts * seen.outcome)[~held].sum() + 0.5) / float(seen.counts[~held].sum() + 1)
        losses[held] = seen.counts[held] * row_losses(seen.outcome[held], np.full(int(held.sum()), rate))
    return losses


def _may_focus(sample: Sample, settings: Settings) -> bool:
    """Answer whether the table is wide, and outcomes of either kind are many enough to say which columns matter."""
    return len(sample.layout.relevance) >= settings.focus_columns and sample.rarer >= settings.focus_class


def _best(sample: Sample, candidates: Sequence[Shading], *, care: float, noise: float = NOISE) -> Shading:
    """The first of the candidates, in their order, that is not clearly worse than the best; without care the best."""
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
        if gap.sum() <= care * (PROOF * (best - place) + noise * gap.std() * np.sqrt(len(gap))):
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
