"""Looks at finished predictions from other sides: by level of an attribute, by chance alone, frozen in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.figures import Figures, Judged, measure
from signals.core.learning.metrics.honesty import log_loss
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Protocol, Split, quarter_of
from signals.core.learning.settings import Settings
from signals.core.learning.training.model import PRIOR, SCORECARD, STACK, TrainedModel
from signals.core.learning.training.run import predict, train

FROZEN_SHARE = 0.7
UNKNOWN_LEVEL = "(unknown)"
STEPS = 4
LATEST_QUARTERS = 2


def figures_by(labels: Array, judged: Judged, *, rng: np.random.Generator) -> Mapping[str, Figures]:
    """Return the figures of the rows of each label: a segment, a horizon, or a level of a protected attribute."""
    names = labels.astype(str)
    return {
        str(name): measure(judged.take(np.flatnonzero(names == name)), rng=rng, repeats=0) for name in np.unique(names)
    }


def audit_labels(column: Column) -> Array:
    """Return the levels of an attribute to audit; numbers in quarters of the rows, unknown as a level of its own."""
    labels = np.full(len(column), UNKNOWN_LEVEL, dtype=object)
    known = column.is_known
    if column.kind != NUMBER:
        labels[known] = column.values[known]
        return labels
    values = column.values[known]
    edges = np.unique(np.quantile(values, np.linspace(0, 1, STEPS + 1)[1:-1])) if len(values) else np.zeros(0)
    if len(np.unique(values)) <= STEPS:
        labels[known] = [f"{value:g}" for value in values]
        return labels
    bounds = [f"up to {edge:g}" for edge in edges] + [f"above {edges[-1]:g}" if len(edges) else "all"]
    labels[known] = [bounds[place] for place in np.searchsorted(edges, values, side="left")]
    return labels


def held_out_judged(model: TrainedModel, frame: Frame, member: str) -> tuple[Judged, Array]:
    """Return the held-out predictions of a member for the frame it was trained on, and the rows they belong to."""
    probability = model.report.held_out[member]
    rows = np.flatnonzero(np.isfinite(probability) & frame.is_decided)
    judged = Judged(
        outcome=frame.outcome[rows],
        probability=probability[rows],
        groups=frame.groups[rows],
        strata=model.report.split_names[rows].astype(str),
        amounts=None if frame.amounts is None else frame.amounts[rows],
    )
    return judged, rows


def permutation_check(frame: Frame, *, prior: Prior, protocol: Protocol, settings: Settings, seed: int) -> TrainedModel:
    """Return what the same run learns when outcomes are dealt out anew among the decided rows: it must be nothing."""
    rng = np.random.default_rng(seed)
    outcome = frame.outcome.copy()
    decided = np.flatnonzero(frame.is_decided)
    outcome[decided] = outcome[rng.permutation(decided)]
    return train(replace(frame, outcome=outcome), prior=prior, protocol=protocol, settings=settings, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeCheck:
    """The same method three ways on the latest rows: mixed folds (too good), frozen once, and trained each quarter."""

    mixed: Figures
    frozen: Figures
    rolling: Figures


def time_check(frame: Frame, *, prior: Prior, settings: Settings, seed: int) -> TimeCheck | None:
    """Return the three figures on the last 30 % of decided rows; None when rows have no dates or are too few."""
    split = frozen_split(frame)
    if split is None or len(split.train) < settings.smallest_training_rows:
        return None
    rng = np.random.default_rng(seed)
    run = partial(train, prior=prior, settings=settings, seed=seed)
    frozen = run(frame.take(split.train), protocol=Protocol())
    later = frame.take(split.test)
    member = _member(frozen)
    probability = {
        "mixed": _held_out(run(frame, protocol=Protocol()), member)[split.test],
        "frozen": predict(replace(frozen, in_force=member), later),
        "rolling": _held_out(run(frame, protocol=Protocol(kind="rolling")), member)[split.test],
    }
    return TimeCheck(**{name: _judge(later, values, settings, rng) for name, values in probability.items()})


def choose_window(
    frame: Frame, windows: Sequence[int | None], *, prior: Prior, settings: Settings, seed: int
) -> int | None:
    """Return the window in days (None: all history) with the lowest log-loss in the latest two quarters tested.

    In a steady world all history wins; after a turn the old outcomes mislead and a short window does. The first of the
    windows is kept unless another is better on the same rows.
    """
    rolling = Protocol(kind="rolling")
    models = [
        train(frame, prior=prior, protocol=rolling, settings=replace(settings, window_days=days), seed=seed)
        for days in windows
    ]
    held = [_held_out(model, SCORECARD) for model in models]
    known = np.isfinite(held).all(axis=0) & frame.is_decided
    if frame.decided_on is None or not known.any():
        return windows[0]
    quarters = quarter_of(frame.decided_on)
    latest = known & (quarters >= np.unique(quarters[known])[-LATEST_QUARTERS:][0])
    losses = [log_loss(frame.outcome[latest], probability[latest]) for probability in held]
    return windows[int(np.argmin(losses))]


def frozen_split(frame: Frame) -> Split | None:
    """Return the first 70 % of decided rows to train and the rest to test, whole days together."""
    if frame.decided_on is None:
        return None
    rows = np.flatnonzero(frame.is_decided & ~np.isnat(frame.decided_on))
    if not len(rows):
        return None
    days = frame.decided_on[rows]
    border = np.sort(days)[int(len(days) * FROZEN_SHARE)]
    return Split(name="frozen", train=rows[days < border], test=rows[days >= border])


def _member(model: TrainedModel) -> str:
    return model.in_force if model.in_force in (SCORECARD, STACK) else PRIOR


def _held_out(model: TrainedModel, member: str) -> Array:
    held = model.report.held_out
    return held.get(member, held.get(SCORECARD, np.full(model.report.rows, np.nan)))


def _judge(frame: Frame, probability: Array, settings: Settings, rng: np.random.Generator) -> Figures:
    known = np.isfinite(probability)
    judged = Judged(
        outcome=frame.outcome[known],
        probability=probability[known],
        groups=frame.groups[known],
        strata=np.zeros(int(known.sum())),
    )
    return measure(judged, rng=rng, repeats=settings.resamples)
