"""Explains the member in force: what each column and each family adds to the log-odds of an average account.

The average account is the mean of the background rows, taken to be of the row's own segment and to have its standing
facts: what an account is belongs to the base, "similar accounts".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from signals.core.errors import ModelInvalid
from signals.core.learning.booster import Booster
from signals.core.learning.explaining.context import STANDING, context_of
from signals.core.learning.explaining.shapley import family_values
from signals.core.learning.frame import Array, Frame
from signals.core.learning.scorecard.model import Scorecard
from signals.core.learning.training.model import BOOSTER, PRIOR, SCORECARD, STACK, TrainedModel
from signals.core.learning.training.run import readable

TOGETHER = "(together)"
MERGED = {"attribute": "account"}
"""Families that are one player in Shapley values, so that there are never more than eight."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """Per row: base + columns = log-odds (to 1e-9 for a scorecard), and base + families = log-odds.

    In a stack the trees' part of a family is one entry "<family> (together)": it has no single column. `context` says
    what the standing facts of the account added to the base.
    """

    log_odds: Array
    base: Array
    columns: Mapping[str, Array]
    families: Mapping[str, Array]
    context: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class _Linear:
    base: Array
    columns: Mapping[str, Array]


def explain(model: TrainedModel, frame: Frame) -> Explanation:
    """Return the parts of the log-odds of each row by the member in force."""
    rows = readable(model, frame)
    background = readable(model, model.background) if model.background is not None else rows.take([])
    family = family_of(model)
    if model.in_force == STACK:
        return _summed(model.member_log_odds(rows, STACK), _stacked(model, rows, background, family), model)
    card = model.scorecard if model.in_force == SCORECARD and model.scorecard is not None else model.prior_card
    line = model.calibrations.get(model.in_force)
    linear = _linear(card, rows, background)
    if line is not None and model.in_force != PRIOR:
        linear = _scaled(linear, line.weights[0], line.intercept)
    return _summed(model.member_log_odds(rows, model.in_force), linear, model)


def _stacked(model: TrainedModel, rows: Frame, background: Frame, family: Mapping[str, str]) -> _Linear:
    if model.stack is None or model.scorecard is None or model.booster is None:
        raise ModelInvalid("The stack is in force, but one of its members is missing.")
    weights = dict(zip(model.stack.members, model.stack.weights, strict=True))
    linear = _scaled(_linear(model.scorecard, rows, background), weights[SCORECARD], model.stack.intercept)
    trees = _trees(model.booster, rows, background, family)
    return _joined(linear, trees, weights[BOOSTER])


def family_of(model: TrainedModel) -> dict[str, str]:
    """Return the family of each feature; attributes of no family of their own count to the account."""
    return {column.name: MERGED.get(column.family, column.family) for column in model.columns}


def _linear(card: Scorecard, rows: Frame, background: Frame) -> _Linear:
    """Parts of a scorecard, each less its mean over the background rows in the same segment."""
    parts, base = dict(card.contributions(rows)), card.base(rows)
    for segment in sorted(set(rows.segments.tolist())) if len(background) else []:
        here = rows.segments == segment
        alike = replace(background, segments=np.full(len(background), segment, dtype=object))
        for name, values in card.contributions(alike).items():
            middle = float(values.mean())
            parts[name] = np.where(here, parts[name] - middle, parts[name])
            base = np.where(here, base + middle, base)
    return _Linear(base, parts)


def _scaled(linear: _Linear, weight: float, intercept: float) -> _Linear:
    columns = {name: weight * values for name, values in linear.columns.items()}
    return _Linear(intercept + weight * linear.base, columns)


def _trees(booster: Booster, rows: Frame, background: Frame, family: Mapping[str, str]) -> _Linear:
    players: dict[str, tuple[str, ...]] = {}
    for name in booster.names:
        if name in family:
            players[family[name]] = (*players.get(family[name], ()), name)
    values = family_values(booster, rows, background, players)
    columns = {f"{name} {TOGETHER}": values[:, place] for place, name in enumerate(players)}
    return _Linear(booster.log_odds(rows) - values.sum(axis=1), columns)


def _joined(linear: _Linear, trees: _Linear, weight: float) -> _Linear:
    columns = {**linear.columns, **{name: weight * values for name, values in trees.columns.items()}}
    return _Linear(linear.base + weight * trees.base, columns)


def _summed(log_odds: Array, parts: _Linear, model: TrainedModel) -> Explanation:
    standing, family = context_of(model.columns), family_of(model)
    if standing:
        standing |= {f"{name} {TOGETHER}" for name in STANDING}
    families: dict[str, Array] = {}
    for name, values in parts.columns.items():
        if name not in standing:
            owner = family.get(name) or name.removesuffix(f" {TOGETHER}")
            families[owner] = families.get(owner, 0.0) + values
    context = {name: values for name, values in parts.columns.items() if name in standing}
    return Explanation(
        log_odds=log_odds,
        base=np.asarray(parts.base + np.sum([np.zeros(len(log_odds)), *context.values()], axis=0)),
        columns={name: values for name, values in parts.columns.items() if name not in standing},
        families=families,
        context=context,
    )
