"""Decides whether a learned model may replace the expert weights: only when it is better beyond chance."""

from collections.abc import Mapping
from math import isnan

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.figures import Figures
from signals.core.learning.metrics.honesty import row_losses
from signals.core.learning.metrics.intervals import CONFIDENCE, UNKNOWN, resampled, resampled_mean
from signals.core.learning.metrics.ranking import area_within
from signals.core.learning.settings import Settings
from signals.core.learning.training.held_out import HeldOut
from signals.core.learning.training.model import (
    AGE,
    LEARNED,
    NO_OUTCOMES,
    NO_SIGNAL,
    ONE_CLASS,
    PRIOR,
    PRIOR_HOLDS,
    RATE,
    SCORECARD,
    STACK,
    TOO_FEW,
    Comparison,
    Verdict,
)


def too_little(frame: Frame, settings: Settings) -> Verdict | None:
    """Return the verdict that stands before anything is learned, or None when there is enough to try."""
    outcome = frame.outcome[frame.is_decided]
    losses, kept = int(outcome.sum()), int(len(outcome) - outcome.sum())
    if not len(outcome):
        return Verdict(code=NO_OUTCOMES, is_promotable=False)
    if not losses or not kept:
        return Verdict(code=ONE_CLASS, is_promotable=False)
    if min(losses, kept) < settings.smallest_class:
        return Verdict(code=TOO_FEW, is_promotable=False)
    return None


def compare(
    held: Mapping[str, Array], frame: Frame, pair: tuple[str, str], *, rng: np.random.Generator, confidence: float
) -> Comparison:
    """Return the difference in log-loss of (challenger, reference) with its interval over accounts."""
    challenger, reference = pair
    known = np.isfinite(held[challenger]) & np.isfinite(held[reference]) & frame.is_decided
    outcome = frame.outcome[known]
    gap = row_losses(outcome, expit(held[challenger][known])) - row_losses(outcome, expit(held[reference][known]))
    interval = UNKNOWN
    if len(gap):
        interval = resampled_mean(gap, frame.groups[known], rng=rng, confidence=confidence)
    difference = float(gap.mean()) if len(gap) else float("nan")
    return Comparison(challenger=challenger, reference=reference, difference=difference, interval=interval)


def comparisons(
    held: Mapping[str, Array], frame: Frame, *, settings: Settings, rng: np.random.Generator
) -> tuple[Comparison, ...]:
    """Return every comparison that the verdict needs: learners against rate, age and prior, stack against scorecard."""
    pairs = [(name, reference) for name in (SCORECARD, STACK) for reference in (RATE, AGE, PRIOR)]
    made = [compare(held, frame, pair, rng=rng, confidence=CONFIDENCE) for pair in pairs if set(pair) <= set(held)]
    if STACK in held:
        pair = (STACK, SCORECARD)
        made.append(compare(held, frame, pair, rng=rng, confidence=settings.stack_confidence))
    return tuple(made)


def orders_better(held: HeldOut, frame: Frame, *, settings: Settings, rng: np.random.Generator) -> bool:
    """Answer whether the stack orders accounts better than the scorecard, beyond chance, within folds or quarters.

    The order is told from fewer losses than the log-loss: a few surprises move that one, and no order. Where rows are
    in order of time the log-loss alone decides: times move whole quarters, which no order within them shows.
    """
    if STACK not in held.log_odds or held.is_timed:
        return False
    stack, card = held.log_odds[STACK], held.log_odds[SCORECARD]
    known = np.isfinite(stack) & np.isfinite(card) & frame.is_decided & (held.order >= 0)
    outcome, strata, stack, card = frame.outcome[known], held.order[known], stack[known], card[known]

    def ahead(rows: Array) -> float:
        within = outcome[rows], strata[rows]
        return area_within(within[0], stack[rows], within[1]) - area_within(within[0], card[rows], within[1])

    interval = resampled(
        ahead, frame.groups[known], rng=rng, repeats=settings.resamples, confidence=settings.stack_confidence
    )
    return interval.low > 0


def choose(
    made: tuple[Comparison, ...], figures: Mapping[str, Figures], *, stack_orders_better: bool = False
) -> tuple[str, Verdict]:
    """Return the member that goes into force, and the verdict on what was learned.

    The stack takes the scorecard's place when it foretells better, or orders better and foretells no worse. Where the
    rows tested hold no lost one beside a kept one, nothing was learned about signal: there are too few.
    """
    better = {(one.challenger, one.reference): one.is_better for one in made}
    gap = {(one.challenger, one.reference): one.difference for one in made}.get((STACK, SCORECARD), 0.0)
    best = STACK if better.get((STACK, SCORECARD)) or (stack_orders_better and gap < 0) else SCORECARD
    if best not in figures or isnan(figures[best].auc):
        return PRIOR, Verdict(code=TOO_FEW, is_promotable=False)
    orders = figures[best].auc_interval.low > 0.5
    if not orders or not better[best, RATE] or not better.get((best, AGE), True):
        return PRIOR, Verdict(code=NO_SIGNAL, is_promotable=False)
    if not better[best, PRIOR]:
        return PRIOR, Verdict(code=PRIOR_HOLDS, is_promotable=False)
    return best, Verdict(code=LEARNED, is_promotable=True)
