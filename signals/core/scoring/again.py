"""Recorded scores under other rules: from the numbers that were kept with each, many at once.

What was kept is the value and confidence of each measure. How a measure is read from its signals stays as it was then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from signals.core.features import MeasureColumn, rule_columns
from signals.core.features.columns import Floats
from signals.core.risk import BASE, RiskModel
from signals.core.scorecard import MeasureRule, Scorecard, band_of, rules_for
from signals.core.scoring.health import bands_of, health_columns
from signals.core.scoring.risk import RiskChunk, risk_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A recorded score with the value and confidence of each input; `renewal_id` is 0 for health.

    An input that is in neither mapping was not known. `is_learned`: a model said the number, and no weight moves it.
    """

    account_id: int
    renewal_id: int
    as_of: datetime
    segment: str
    complexity: str
    values: Mapping[str, float]
    confidences: Mapping[str, float]
    unfed: frozenset[str]
    value: float | None
    renew_probability: float | None
    coverage: float
    band: str
    is_learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What other rules make of a recorded score."""

    value: float | None
    renew_probability: float | None
    coverage: float
    band: str


def healths_again(kept: Sequence[Kept], scorecard: Scorecard) -> tuple[Rescored, ...]:
    """Return the health of each under a scorecard; the same rules give the same number to the last digit."""
    if not kept:
        return ()
    known: dict[tuple[str, str], tuple[MeasureRule, ...]] = {}
    for each in kept:
        kind = (each.segment, each.complexity)
        if kind not in known:
            known[kind] = rules_for(scorecard, segment=each.segment, complexity=each.complexity)
    rules = rule_columns([known[each.segment, each.complexity] for each in kept])
    columns = health_columns(tuple(_column(rule.key, kept) for rule in rules), rules, scorecard)
    bands = bands_of(columns.total, columns.bands)
    return tuple(
        Rescored(value=total if is_scored else None, renew_probability=None, coverage=coverage, band=band * is_scored)
        for total, is_scored, coverage, band in zip(
            columns.total.tolist(), columns.is_scored.tolist(), columns.coverage.tolist(), bands, strict=True
        )
    )


def risks_again(kept: Sequence[Kept], model: RiskModel) -> tuple[Rescored, ...]:
    """Return the risk of each under a model of weights; of a learned number only the band can change."""
    if not kept:
        return ()
    keys = [rule.key for rule in model.inputs]
    asked = RiskChunk(
        row=np.arange(len(kept), dtype=np.int64),
        days_to_renewal=np.zeros(len(kept), dtype=np.int64),
        segments=tuple(each.segment for each in kept),
        measures=tuple(_column(key, kept) for key in keys if key != BASE),
        health=None,
    )
    columns = risk_columns(asked, model)
    bands = bands_of(100.0 * columns.loss, columns.bands)
    made = zip(columns.is_scored.tolist(), columns.loss.tolist(), columns.coverage.tolist(), bands, strict=True)
    return tuple(
        _learned(each, model)
        if each.is_learned
        else Rescored(
            value=100.0 * loss if is_scored else None,
            renew_probability=1.0 - loss if is_scored else None,
            coverage=coverage,
            band=band if is_scored else "",
        )
        for each, (is_scored, loss, coverage, band) in zip(kept, made, strict=True)
    )


def unread(before: Scorecard, after: Scorecard) -> tuple[str, ...]:
    """Return the measures that the other rules read from signals in another way, or weigh for the first time.

    Their recorded values say what the rules of the time read; a measure that weighed nothing was not recorded.
    """
    was = {rule.key: rule for rule in before.measures}
    return tuple(
        rule.key
        for rule in after.measures
        if rule.key not in was
        or (was[rule.key].weight <= 0.0 < rule.weight)
        or _reading(was[rule.key]) != _reading(rule)
    )


def _reading(rule: MeasureRule) -> tuple[object, ...]:
    settings = tuple(sorted(rule.settings.items()))
    return rule.kinds, rule.window_days, rule.half_life_days, rule.stale_after_days, rule.full_sample, settings


def _learned(kept: Kept, model: RiskModel) -> Rescored:
    band = "" if kept.value is None else band_of(kept.value, model.bands)
    return Rescored(value=kept.value, renew_probability=kept.renew_probability, coverage=kept.coverage, band=band)


def _column(key: str, kept: Sequence[Kept]) -> MeasureColumn:
    value: Floats = np.array([each.values.get(key, np.nan) for each in kept], dtype=np.float64)
    nothing = np.zeros(len(kept), dtype=np.int64)
    return MeasureColumn(
        key=key,
        value=value,
        confidence=np.array([each.confidences.get(key, 0.0) for each in kept], dtype=np.float64),
        age=nothing,
        silent=nothing,
        is_stale=nothing > 0,
        signals=nothing,
        is_fed=np.array([key not in each.unfed for each in kept]),
    )
