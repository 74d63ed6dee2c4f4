"""The health of a chunk of accounts: the formula of `signals.core.health`, a column per measure.

It decides nothing about one account that it would not decide about it alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.features import Measure, MeasureColumn, RuleColumn, rule_columns
from signals.core.features.columns import Flags, Floats, Ints
from signals.core.health import Contribution, HealthResult
from signals.core.scorecard import Band, MeasureRule, Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthColumns:
    """Health of every account; tables have a row per measure and a column per account.

    `points`, `share` and `score` are 0 where a measure is not known or weighs nothing (`is_counted` False). `total` is
    the sum of the points whether or not the account is scored; `coverage` is at most 1.
    """

    measures: tuple[MeasureColumn, ...]
    weight: Floats
    score: Floats
    share: Floats
    points: Floats
    is_counted: Flags
    is_scored: Flags
    total: Floats
    coverage: Floats
    bands: tuple[Band, ...]

    @property
    def oldest(self) -> Ints:
        """Return the age of the oldest input in use per account, in days; -1 when there is none."""
        ages = np.stack([measure.age for measure in self.measures])
        oldest: Ints = np.where(self.is_counted, ages, -1).max(axis=0)
        return oldest

    def at(self, row: int) -> HealthResult:
        """Return the health of one account."""
        is_scored = bool(self.is_scored[row])
        counted = self.is_counted[:, row]
        weighed = [(m, n) for n, m in enumerate(self.measures) if self.weight[n, row] > 0.0]
        return HealthResult(
            state="scored" if is_scored else "not_scored",
            value=float(self.total[row]) if is_scored else None,
            band=bands_of(self.total[row : row + 1], self.bands)[0] if is_scored else "",
            coverage=float(self.coverage[row]),
            contributions=tuple(self._contribution(n, row) for n in np.flatnonzero(counted).tolist()),
            missing=tuple(measure.key for measure, n in weighed if not counted[n] and measure.is_fed[row]),
            unfed=tuple(measure.key for measure, _ in weighed if not measure.is_fed[row]),
        )

    def _contribution(self, n: int, row: int) -> Contribution:
        measure = self.measures[n].at(row)
        return Contribution(
            key=measure.key,
            value=float(self.measures[n].value[row]),
            score=float(self.score[n, row]),
            weight=float(self.weight[n, row]),
            confidence=measure.confidence,
            share=float(self.share[n, row]),
            points=float(self.points[n, row]),
            age_days=measure.age_days,
            silent_days=measure.silent_days,
            is_stale=measure.is_stale,
            signals_count=measure.signals_count,
        )


def health_columns(
    measures: tuple[MeasureColumn, ...], rules: Sequence[RuleColumn], scorecard: Scorecard
) -> HealthColumns:
    """Return the health of every account. `measures` and `rules` are in the same order; weights 0 are left out."""
    value = np.stack([measure.value for measure in measures])
    weight = np.stack([rule.numbers("weight") for rule in rules])
    is_counted = ~np.isnan(value) & (weight > 0.0)
    believed = np.where(is_counted, weight * np.stack([measure.confidence for measure in measures]), 0.0)
    is_fed = np.stack([measure.is_fed for measure in measures])
    effective, fed = added(believed), added(np.where(is_fed, weight, 0.0))
    score = np.stack([_score(rule, measure.value) for rule, measure in zip(rules, measures, strict=True)])
    share = np.where(effective > 0.0, believed / np.where(effective > 0.0, effective, 1.0), 0.0)
    points = np.where(is_counted, 100.0 * share * score, 0.0)
    coverage = np.where(fed > 0.0, effective / np.where(fed > 0.0, fed, 1.0), 0.0)
    is_heard = fed >= scorecard.fed_floor * added(weight)
    # The part beyond 100 is rounding: a sum of shares may exceed 1 by the last bit.
    total = np.clip(np.array([math.fsum(column) for column in points.T.tolist()]), 0.0, 100.0)
    return HealthColumns(
        measures=measures,
        weight=weight,
        score=np.where(is_counted, score, 0.0),
        share=share,
        points=points,
        is_counted=is_counted,
        is_scored=is_heard & (effective > 0.0) & (coverage >= scorecard.coverage_floor),
        total=total,
        coverage=np.minimum(coverage, 1.0),
        bands=scorecard.bands,
    )


def health_of(measures: tuple[Measure, ...], rules: tuple[MeasureRule, ...], scorecard: Scorecard) -> HealthResult:
    """Return the health of one account from its measures, which are in the order of the rules."""
    columns = tuple(column_of(measure) for measure in measures)
    return health_columns(columns, rule_columns([rules]), scorecard).at(0)


def column_of(measure: Measure) -> MeasureColumn:
    """Return a measure of one account as a column of one row."""
    return MeasureColumn(
        key=measure.key,
        value=np.array([np.nan if measure.value is None else measure.value]),
        confidence=np.array([measure.confidence]),
        age=np.array([measure.age_days or 0]),
        silent=np.array([measure.silent_days or 0]),
        is_stale=np.array([measure.is_stale]),
        signals=np.array([measure.signals_count]),
        is_fed=np.array([measure.is_fed]),
    )


def added(table: Floats) -> Floats:
    """Return the sum over the rows, one after the other, so that it is the same for one column and for thousands."""
    total = np.zeros(table.shape[1])
    for row in table:
        total = total + row
    return total


def bands_of(values: Floats, bands: tuple[Band, ...]) -> list[str]:
    """Return the key of the band that holds each value, 0 to 100."""
    places = np.searchsorted([band.low for band in bands], values, side="right") - 1
    return [bands[max(place, 0)].key for place in places.tolist()]


def _score(rule: RuleColumn, value: Floats) -> Floats:
    """Return `Curve.at` of every account: 0 at the floor, 0.5 at the target, 1 at the ceiling, flat beyond."""
    floor, target, ceiling = (
        np.array([getattr(each.curve, name) for each in rule.rules])[rule.chosen]
        for name in ("floor", "target", "ceiling")
    )
    sign = np.where(ceiling > floor, 1.0, -1.0)
    floor, target, ceiling, at = sign * floor, sign * target, sign * ceiling, sign * value
    below = 0.5 * ((at - floor) / (target - floor))
    above = 0.5 + 0.5 * ((at - target) / (ceiling - target))
    inside = np.where(at < target, below, above)
    score: Floats = np.where(at <= floor, 0.0, np.where(at >= ceiling, 1.0, inside))
    return score
