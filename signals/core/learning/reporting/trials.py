"""The same way of learning, tested in several ways: mixing past and future flatters, a frozen model shows its age."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Array, Frame
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Split, embargo_days, hashed_folds
from signals.core.learning.reporting.figures import figures_row, is_enough, measured
from signals.core.learning.settings import Settings
from signals.core.learning.training.held_out import Tuned, hold_out, join
from signals.core.learning.training.model import BOOSTER, STACK, TrainedModel
from signals.core.learning.training.run import readable

FUTURE_SHARE = 0.3
RANDOM, FROZEN, ROLLING, HASHED = "random_folds", "frozen_future", "rolling", "hash5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the other ways of testing need: the beliefs, the knobs, and where chance comes from."""

    prior: Prior
    settings: Settings
    seed: int


def trial_rows(frame: Frame, model: TrainedModel, member: str, trial: Trial) -> dict[str, dict[str, Any]]:
    """Return the figures by way of testing; `member` is the one whose held-out predictions are the rolling ones.

    Rows without days know one way alone: folds. With days all figures are of the same later rows, so that they compare.
    """
    held = model.report.held_out[member]
    rng, splits = np.random.default_rng(trial.seed), model.report.split_names
    if model.report.protocol != ROLLING or frame.decided_on is None:
        return {HASHED: figures_row(measured(frame, held, splits, rng=rng))}
    later = later_rows(frame, held)
    if later is None:
        return {ROLLING: figures_row(measured(frame, held, splits, rng=rng))}
    quick = replace(trial, settings=_quick(trial.settings, member))
    found = {
        RANDOM: random_folds(frame, model, member, quick),
        FROZEN: frozen_future(frame, model, member, quick, later=later),
        ROLLING: np.where(later, held, np.nan),
    }
    made = {
        name: np.where(later, probability, np.nan) for name, probability in found.items() if probability is not None
    }
    return {name: figures_row(measured(frame, probability, splits, rng=rng)) for name, probability in made.items()}


def later_rows(frame: Frame, held: Array) -> Array | None:
    """Answer for each row whether it is of the last 30 % in time and was foretold; None when too few are."""
    decided = frame.is_decided & np.isfinite(held)
    if frame.decided_on is None or not decided.any():
        return None
    cut = np.sort(frame.decided_on[frame.is_decided])[int((1 - FUTURE_SHARE) * frame.is_decided.sum())]
    later = decided & (frame.decided_on >= cut)
    return np.asarray(later) if is_enough(frame.outcome[later]) else None


def random_folds(frame: Frame, model: TrainedModel, member: str, trial: Trial) -> Array | None:
    """Return what folds that mix past and future foretell for each row; None when nothing could be learned."""
    return _tested(frame, model, hashed_folds(frame, ""), member, trial)


def frozen_future(frame: Frame, model: TrainedModel, member: str, trial: Trial, *, later: Array) -> Array | None:
    """Return what one model of the past foretells for the later rows; None when the past has too little."""
    if frame.decided_on is None:
        return None
    first = frame.decided_on[later].min()
    known_until = first - np.timedelta64(embargo_days(frame, trial.settings), "D")
    past = frame.is_decided & (frame.decided_on < known_until)
    if not is_enough(frame.outcome[past]):
        return None
    split = Split(name=FROZEN, train=np.flatnonzero(past), test=np.flatnonzero(later))
    return _tested(frame, model, (split,), member, trial)


def _tested(frame: Frame, model: TrainedModel, splits: tuple[Split, ...], member: str, trial: Trial) -> Array | None:
    """Return probabilities, learned with the knobs that training found: they are only held beside its own."""
    read = readable(model, frame)
    raw = hold_out(read, splits, trial.prior, settings=trial.settings, seed=trial.seed, tuned=_found(model, frame))
    log_odds = join(raw, frame.outcome, is_timed=False).log_odds.get(member)
    return None if log_odds is None else np.asarray(expit(log_odds))


def _found(model: TrainedModel, frame: Frame) -> Tuned:
    shading = model.scorecard.shading if model.scorecard is not None else None
    leaves = model.booster.leaves if model.booster is not None else None
    return Tuned(shading=shading, leaves=leaves or None, rows=len(frame))


def _quick(settings: Settings, member: str) -> Settings:
    """Trees once instead of several seeds, and none at all when the scorecard is the one to be tested."""
    rows = settings.booster_rows if member in (BOOSTER, STACK) else 10**9
    return replace(settings, booster_seeds=1, booster_rows=rows)
