"""Predicts every row by learners that never saw it, then joins and calibrates them without looking at that row."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from signals.core.learning.booster import learn_booster
from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.honesty import clipped_logit, row_losses
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Split
from signals.core.learning.scorecard.model import learn_scorecard, prior_scorecard
from signals.core.learning.scorecard.near import rows_it_learns_from
from signals.core.learning.scorecard.recent import followed
from signals.core.learning.scorecard.terms import Shading
from signals.core.learning.settings import Settings
from signals.core.learning.stack import Stack, learn_stack
from signals.core.learning.training.model import BOOSTER, PRIOR, RATE, SCORECARD, STACK

JOINED = (SCORECARD, BOOSTER)
CALIBRATION_GAIN = 2.0
"""Recalibrating must lower the summed held-out log-loss by this much: two parameters gain about 1 by chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Log-odds of loss per member, nan where no model could be asked.

    `order` is the fold or quarter of each row, as the place of its first split; -1 is none.
    """

    log_odds: Mapping[str, Array]
    order: Array
    is_timed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What was found by trying on `rows` training rows: it may serve again. None: not tried yet."""

    shading: Shading | None = None
    leaves: int | None = None
    rows: int = 0

    def for_rows(self, rows: int, settings: Settings) -> "Tuned":
        """Return itself while the rows have not outgrown it, else nothing, so that all is tried anew."""
        return self if rows < settings.tuned_for * self.rows else Tuned()


def hold_out(
    frame: Frame, splits: tuple[Split, ...], prior: Prior, *, settings: Settings, seed: int, tuned: Tuned | None = None
) -> HeldOut:
    """Return the raw log-odds of prior (fitted line), rate, scorecard and booster for each test row.

    Splits in order of time pass `tuned`: what was tried on an earlier past serves later quarters until they outgrow
    it. Without it each split tries for itself, for folds must not learn from one another.
    """
    rows: dict[str, Array] = {name: np.full(len(frame), np.nan) for name in (RATE, PRIOR, SCORECARD, BOOSTER)}
    order = np.full(len(frame), -1)
    names = [split.name for split in splits]
    lanes: dict[int, Tuned] = {}
    for split in splits:
        order[split.test] = names.index(split.name)
        before = Tuned() if tuned is None else lanes.get(split.lane, tuned)
        known = before.for_rows(len(split.train), settings)
        found, lanes[split.lane] = _predict(frame, split, prior, settings=settings, seed=seed, tuned=known)
        for name, log_odds in found.items():
            rows[name][split.test] = log_odds
    made = {name: log_odds for name, log_odds in rows.items() if np.isfinite(log_odds).any()}
    return HeldOut(log_odds=made, order=order, is_timed=False)


def _predict(
    frame: Frame, split: Split, prior: Prior, *, settings: Settings, seed: int, tuned: Tuned
) -> tuple[dict[str, Array], Tuned]:
    train, test = frame.take(split.train), frame.take(split.test)
    rate = (train.outcome.sum() + 0.5) / (len(train) + 1)
    found = {RATE: np.full(len(test), float(clipped_logit(np.array([rate]))[0]))}
    expert = prior_scorecard(train, prior)
    line = learn_stack((PRIOR,), expert.log_odds(train)[:, None], train.outcome)
    found[PRIOR] = line.log_odds(expert.log_odds(test)[:, None])
    if len(np.unique(train.outcome)) < 2:
        return found, tuned
    seen = rows_it_learns_from(frame, split, settings)
    own = train.take(seen[split.train])
    card = learn_scorecard(own, prior, settings=settings, seed=seed, shading=tuned.shading)
    booster = learn_booster(train, settings=settings, seed=seed, leaves=tuned.leaves)
    shift = np.full(len(test), card.recent)
    if split.embargo is not None:
        shift = followed(frame, split, lambda rows: card.log_odds(rows) - card.recent, settings, seen)
    found[SCORECARD] = card.log_odds(test) - card.recent + shift
    if booster is not None:
        found[BOOSTER] = booster.log_odds(test) + shift
    return found, Tuned(
        shading=card.shading,
        leaves=booster.leaves if booster is not None else None,
        rows=tuned.rows if tuned.shading is not None else len(train),
    )


def join(held: HeldOut, outcome: Array, *, is_timed: bool) -> HeldOut:
    """Return the same with the stack added and each learner calibrated, always by rows of other (earlier) splits.

    With time no learner is calibrated: whether it helps is known only afterwards.
    """
    rows = dict(held.log_odds)
    if BOOSTER in rows:
        rows[STACK] = _crossed(_members(held, JOINED), JOINED, outcome, held.order, is_timed=is_timed)
    for name in () if is_timed else JOINED:
        if name in rows:
            raw = held.log_odds[name]
            crossed = _crossed(raw[:, None], (name,), outcome, held.order, is_timed=is_timed)
            rows[name] = crossed if calibration_helps(raw, crossed, outcome) else raw
    return HeldOut(log_odds=rows, order=held.order, is_timed=is_timed)


def calibration_helps(raw: Array, crossed: Array, outcome: Array) -> bool:
    """Answer whether a line through the log-odds, fitted on other rows, clearly lowers the log-loss."""
    known = np.isfinite(raw) & np.isfinite(crossed) & np.isfinite(outcome)
    gain = row_losses(outcome[known], expit(raw[known])) - row_losses(outcome[known], expit(crossed[known]))
    return bool(gain.sum() > CALIBRATION_GAIN)


def joined_on_all(held: HeldOut, members: tuple[str, ...], outcome: Array) -> Stack | None:
    """Return the weights fitted on every held-out row, for the model that goes into force."""
    if any(member not in held.log_odds for member in members):
        return None
    log_odds = _members(held, members)
    known = np.isfinite(log_odds).all(axis=1) & np.isfinite(outcome)
    return learn_stack(members, log_odds[known], outcome[known]) if len(np.unique(outcome[known])) == 2 else None


def _members(held: HeldOut, members: tuple[str, ...]) -> Array:
    return np.column_stack([held.log_odds[name] for name in members])


def _crossed(log_odds: Array, members: tuple[str, ...], outcome: Array, order: Array, *, is_timed: bool) -> Array:
    """Rows joined by weights of the other splits; with time, of earlier splits, and plain shares before there are."""
    known = np.isfinite(log_odds).all(axis=1) & np.isfinite(outcome)
    joined = np.full(len(outcome), np.nan)
    for split in sorted(set(order[known].tolist())):
        here = known & (order == split)
        others = known & (order < split if is_timed else order != split)
        if len(np.unique(outcome[others])) == 2 and others.sum() >= 50:
            joined[here] = learn_stack(members, log_odds[others], outcome[others]).log_odds(log_odds[here])
        else:
            joined[here] = log_odds[here].mean(axis=1)
    return joined
