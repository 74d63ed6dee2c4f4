"""The risk of the open renewals of a chunk: the formula of `signals.core.risk`, a column per input.

`RiskChunk` in, `RiskColumns` out is also where a learned model takes the place of the expert ones (`RuleBook.judge`):
its contributions are the rows of the tables, in log-odds of loss, the base first, and they must add up to `logit`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from signals.core.features import MeasureColumn
from signals.core.features.columns import Flags, Floats, Ints
from signals.core.risk import BASE, RiskContribution, RiskInput, RiskModel, RiskResult, probability
from signals.core.scorecard import Band
from signals.core.scoring.health import HealthColumns, added, bands_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChunk:
    """What the risk of many renewals is computed from. `row` is the place of each renewal's account in the chunk.

    `health` is None where the measures hold it already, under its own key.
    """

    row: Ints
    days_to_renewal: Ints
    segments: tuple[str, ...]
    measures: tuple[MeasureColumn, ...]
    health: HealthColumns | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskColumns:
    """Risk of every renewal; tables have a row per input, the base first, and a column per renewal.

    Entries of an input that is not known (`is_known` False) are 0 and add nothing; one that nothing in the workspace
    feeds (`is_fed` False) lowers no coverage either. `loss` is the probability of loss.
    """

    keys: tuple[str, ...]
    is_known: Flags
    is_fed: Flags
    value: Floats
    x: Floats
    coefficient: Floats
    confidence: Floats
    log_odds: Floats
    age: Ints
    is_stale: Flags
    signals: Ints
    is_scored: Flags
    coverage: Floats
    logit: Floats
    loss: Floats
    base_renew_probability: Floats
    bands: tuple[Band, ...]

    def at(self, n: int) -> RiskResult:
        """Return the risk of one renewal."""
        is_scored, loss = bool(self.is_scored[n]), float(self.loss[n])
        return RiskResult(
            state="scored" if is_scored else "not_scored",
            value=100.0 * loss if is_scored else None,
            renew_probability=1.0 - loss if is_scored else None,
            band=bands_of(100.0 * self.loss[n : n + 1], self.bands)[0] if is_scored else "",
            coverage=float(self.coverage[n]),
            logit=float(self.logit[n]),
            base_renew_probability=float(self.base_renew_probability[n]),
            contributions=tuple(self._contribution(k, n) for k in np.flatnonzero(self.is_known[:, n]).tolist()),
            missing=self._keys(~self.is_known[:, n] & self.is_fed[:, n]),
            unfed=self._keys(~self.is_fed[:, n]),
        )

    def _keys(self, where: Flags) -> tuple[str, ...]:
        return tuple(self.keys[k] for k in np.flatnonzero(where).tolist())

    def _contribution(self, k: int, n: int) -> RiskContribution:
        is_base = self.keys[k] == BASE
        return RiskContribution(
            key=self.keys[k],
            value=None if is_base else float(self.value[k, n]),
            x=float(self.x[k, n]),
            coefficient=float(self.coefficient[k, n]),
            confidence=float(self.confidence[k, n]),
            log_odds=float(self.log_odds[k, n]),
            age_days=None if is_base else int(self.age[k, n]),
            is_stale=bool(self.is_stale[k, n]),
            signals_count=int(self.signals[k, n]),
        )


RiskJudge = Callable[[RiskChunk], RiskColumns]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One input of every renewal, before its coefficient."""

    value: Floats
    confidence: Floats
    age: Ints
    is_stale: Flags
    signals: Ints
    is_fed: Flags


def risk_columns(asked: RiskChunk, model: RiskModel) -> RiskColumns:
    """Return the risk of every renewal by the expert weights of `model`."""
    inputs = [_input(asked, rule.key) for rule in model.inputs]
    count = asked.row.size
    base = np.array([model.base_log_odds(segment) for segment in asked.segments], dtype=np.float64)
    value = _table([each.value for each in inputs], np.full(count, np.nan))
    is_known = ~np.isnan(value)
    is_known[0] = True
    x = _table([_x(rule, each.value) for rule, each in zip(model.inputs, inputs, strict=True)], np.ones(count))
    coefficient = _table([np.full(count, rule.coefficient) for rule in model.inputs], base)
    confidence = _table([each.confidence for each in inputs], np.ones(count))
    log_odds = np.where(is_known, coefficient * x * confidence, 0.0)
    logit = np.array([math.fsum(column) for column in log_odds.T.tolist()], dtype=np.float64)
    weight = _table([np.full(count, rule.weight) for rule in model.inputs], np.zeros(count))
    is_fed = _table([each.is_fed for each in inputs], np.ones(count)) > 0.0
    full = added(np.where(is_fed, weight, 0.0))
    covered = added(np.where(is_known, weight * confidence, 0.0))
    coverage = np.where(full > 0.0, covered / np.where(full > 0.0, full, 1.0), 1.0)
    return RiskColumns(
        keys=(BASE, *(rule.key for rule in model.inputs)),
        is_known=is_known,
        is_fed=is_fed,
        value=np.where(np.isnan(value), 0.0, value),
        x=np.where(is_known, x, 0.0),
        coefficient=coefficient,
        confidence=np.where(is_known, confidence, 0.0),
        log_odds=log_odds,
        age=_table([each.age for each in inputs], np.zeros(count)).astype(np.int64),
        is_stale=_table([each.is_stale for each in inputs], np.zeros(count)).astype(np.bool_),
        signals=_table([each.signals for each in inputs], np.zeros(count)).astype(np.int64),
        is_scored=coverage >= model.coverage_floor,
        coverage=np.minimum(coverage, 1.0),
        logit=logit,
        loss=np.array([probability(each) for each in logit.tolist()], dtype=np.float64),
        base_renew_probability=np.array([1.0 - probability(each) for each in base.tolist()], dtype=np.float64),
        bands=model.bands,
    )


def _table(rows: list[Floats] | list[Ints] | list[Flags], first: Floats) -> Floats:
    return np.stack([first, *rows]).astype(np.float64)


def _input(asked: RiskChunk, key: str) -> _Known:
    """Return a measure, health or the days to the renewal as an input; NaN where it is not known."""
    row = asked.row
    measure = next((each for each in asked.measures if each.key == key), None)
    if measure is not None:
        return _Known(
            value=measure.value[row],
            confidence=measure.confidence[row],
            age=measure.age[row],
            is_stale=measure.is_stale[row],
            signals=measure.signals[row],
            is_fed=measure.is_fed[row],
        )
    value, confidence, age = np.full(row.size, np.nan), np.zeros(row.size), np.zeros(row.size, dtype=np.int64)
    if key == "days_to_renewal":
        value, confidence = asked.days_to_renewal.astype(np.float64), np.ones(row.size)
    if key == "health" and asked.health is not None:
        value = np.where(asked.health.is_scored, asked.health.total, np.nan)[row]
        confidence, age = asked.health.coverage[row], np.maximum(asked.health.oldest, 0)[row]
    nothing = np.zeros(row.size, dtype=np.int64)
    return _Known(
        value=value, confidence=confidence, age=age, is_stale=nothing > 0, signals=nothing, is_fed=nothing == 0
    )


def _x(rule: RiskInput, value: Floats) -> Floats:
    """Return `RiskInput.x` of every value. Logarithms are taken one by one: a vector unit may round otherwise."""
    if rule.is_logarithmic:
        usable = np.maximum(np.where(np.isnan(value), 1.0, value), 1.0) / rule.centre
        raw = np.array([math.log(each) for each in usable.tolist()], dtype=np.float64) / rule.scale
    else:
        raw = (value - rule.centre) / rule.scale
    x: Floats = np.clip(raw, rule.low, rule.high)
    return x
