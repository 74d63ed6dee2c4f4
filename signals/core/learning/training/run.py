"""Trains: screen the columns, hold rows out, measure, decide, and fit what goes into force on all decided rows."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.special import expit

from signals.core.learning.booster import learn_booster
from signals.core.learning.cleaning import read_like
from signals.core.learning.frame import Array, Column, Frame, number_column, object_array
from signals.core.learning.metrics.figures import Figures, Judged, measure
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Protocol, Split, in_window
from signals.core.learning.scorecard.model import learn_scorecard, prior_scorecard
from signals.core.learning.scorecard.near import learn_by_nearness
from signals.core.learning.screening import Screened, screen
from signals.core.learning.settings import Settings
from signals.core.learning.stack import Stack
from signals.core.learning.training.by_age import by_age_alone
from signals.core.learning.training.gate import choose, comparisons, orders_better, too_little
from signals.core.learning.training.held_out import (
    JOINED,
    HeldOut,
    Tuned,
    calibration_helps,
    hold_out,
    join,
    joined_on_all,
)
from signals.core.learning.training.model import PRIOR, Comparison, Report, TrainedModel, Verdict
from signals.core.learning.training.window import fitted_to_turns

HORIZON = "days_to_renewal"


def train(frame: Frame, *, prior: Prior, protocol: Protocol, settings: Settings, seed: int) -> TrainedModel:
    """Return the model learned from the decided rows, with held-out figures and the verdict.

    Rows whose outcome is not known yet help to find the middle of a feature, and nothing else.
    """
    screened = screen(with_horizon(frame), prior, settings)
    verdict = too_little(frame, settings)
    splits = () if verdict else protocol.splits(screened.frame, settings)
    if verdict is None and splits and protocol.kind == "rolling" and settings.window_days is None:
        settings = fitted_to_turns(screened.frame, prior=prior, settings=settings, seed=seed)
        splits = protocol.splits(screened.frame, settings)
    if verdict is None and splits:
        return _learned(screened, splits, protocol, prior=prior, settings=settings, seed=seed)
    verdict = verdict or Verdict(code="too_few_outcomes", is_promotable=False)
    return _prior_alone(screened, verdict, protocol, prior=prior, settings=settings, seed=seed)


def predict(model: TrainedModel, frame: Frame) -> Array:
    """Return the probability of loss of each row by the member in force; columns it never learned are ignored."""
    return model.member_probabilities(readable(model, frame), model.in_force)


def readable(model: TrainedModel, frame: Frame) -> Frame:
    """Return the frame with just the columns that the model reads, in its way of reading them."""
    return read_like(with_horizon(frame), model.columns)


def unseen_levels(model: TrainedModel, frame: Frame) -> Mapping[str, int]:
    """Return for each column how many rows hold a word that training never saw; they count as an average row."""
    return model.scorecard.layout.encoding.unseen(readable(model, frame)) if model.scorecard else {}


def with_horizon(frame: Frame) -> Frame:
    """Return the frame with the days to renewal as a feature, when rows have them."""
    if frame.days_to_renewal is None or HORIZON in frame.names:
        return frame
    days = number_column(HORIZON, frame.days_to_renewal.tolist(), family="contract", meaning=HORIZON)
    return frame.with_columns((*frame.columns, days))


def _learned(
    screened: Screened, splits: tuple[Split, ...], protocol: Protocol, *, prior: Prior, settings: Settings, seed: int
) -> TrainedModel:
    frame = screened.frame
    is_timed = protocol.kind == "rolling"
    raw = hold_out(frame, splits, prior, settings=settings, seed=seed, tuned=Tuned() if is_timed else None)
    held = join(raw, frame.outcome, is_timed=is_timed)
    rng = np.random.default_rng(seed)
    figures = _figures(held, frame, settings=settings, rng=rng)
    references = by_age_alone(frame, splits, prior, settings=settings, seed=seed) if is_timed else {}
    made = comparisons({**held.log_odds, **references}, frame, settings=settings, rng=rng)
    ahead = orders_better(held, frame, settings=settings, rng=np.random.default_rng(seed))
    in_force, verdict = choose(made, figures, stack_orders_better=ahead)
    decided = latest_decided(frame, settings)
    plain = _prior_alone(screened, verdict, protocol, prior=prior, settings=settings, seed=seed)
    names = np.array(["", *(split.name for split in splits)], dtype=object)[held.order + 1]
    learn = learn_by_nearness if is_timed else learn_scorecard
    card = learn(decided, prior, settings=settings, seed=seed)
    booster = learn_booster(decided, settings=settings, seed=seed)
    return replace(
        plain,
        in_force=in_force,
        scorecard=card,
        booster=None if booster is None else replace(booster, shift=card.recent),
        stack=joined_on_all(raw, JOINED, frame.outcome),
        calibrations=_calibrations(raw, held, frame.outcome),
        report=_report(frame, protocol, held=held, names=names, figures=figures, made=made),
    )


def latest_decided(frame: Frame, settings: Settings) -> Frame:
    """Return the decided rows that the model in force learns from: all, or those of the window before the last one."""
    kept = frame.is_decided
    if settings.window_days is not None and frame.decided_on is not None:
        dated = frame.decided_on[kept & ~np.isnat(frame.decided_on)]
        kept = kept & in_window(frame, dated.max(), settings) if len(dated) else kept
    return frame.take(kept)


def _prior_alone(
    screened: Screened, verdict: Verdict, protocol: Protocol, *, prior: Prior, settings: Settings, seed: int
) -> TrainedModel:
    frame = screened.frame
    nothing = HeldOut(log_odds={}, order=np.full(len(frame), -1), is_timed=False)
    names = object_array([""] * len(frame))
    return TrainedModel(
        in_force=PRIOR,
        verdict=verdict,
        exclusions=screened.exclusions,
        columns=tuple(_without_rows(column) for column in frame.columns),
        prior_card=prior_scorecard(frame, prior),
        scorecard=None,
        booster=None,
        stack=None,
        calibrations={},
        background=_background(frame, settings.background_rows, seed),
        report=_report(frame, protocol, held=nothing, names=names, figures={}, made=()),
        seed=seed,
    )


def _figures(held: HeldOut, frame: Frame, *, settings: Settings, rng: np.random.Generator) -> dict[str, Figures]:
    found = {}
    for name, log_odds in held.log_odds.items():
        known = np.isfinite(log_odds) & frame.is_decided
        judged = Judged(
            outcome=frame.outcome[known],
            probability=np.asarray(expit(log_odds[known])),
            groups=frame.groups[known],
            strata=held.order[known],
            amounts=None if frame.amounts is None else frame.amounts[known],
        )
        found[name] = measure(judged, rng=rng, repeats=settings.resamples)
    return found


def _calibrations(raw: HeldOut, held: HeldOut, outcome: Array) -> dict[str, Stack]:
    found = {}
    for name in JOINED:
        if name in raw.log_odds and calibration_helps(raw.log_odds[name], held.log_odds[name], outcome):
            line = joined_on_all(raw, (name,), outcome)
            if line is not None:
                found[name] = line
    return found


def _report(
    frame: Frame,
    protocol: Protocol,
    *,
    held: HeldOut,
    names: Array,
    figures: Mapping[str, Figures],
    made: tuple[Comparison, ...],
) -> Report:
    decided = frame.is_decided
    return Report(
        protocol=protocol.kind,
        rows=len(frame),
        decided_rows=int(decided.sum()),
        losses=int(frame.outcome[decided].sum()),
        split_names=names,
        held_out={name: np.asarray(expit(log_odds)) for name, log_odds in held.log_odds.items()},
        figures=figures,
        comparisons=made,
    )


def _without_rows(column: Column) -> Column:
    return replace(column, values=column.values[:0])


def _background(frame: Frame, rows: int, seed: int) -> Frame | None:
    """Rows of all kinds, drawn once by the seed, that stand for "an account of ours" in explanations."""
    if not len(frame):
        return None
    drawn = np.sort(np.random.default_rng(seed).permutation(len(frame))[:rows])
    return frame.take(drawn)
