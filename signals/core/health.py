"""Health: 0 to 100, high is good, from measures and a scorecard, with a contribution of each measure.

health = 100 x sum(weight x confidence x points) / sum(weight x confidence) over the measures that are known.
A measure that is not known drops out of both sums and lowers the coverage; it never counts as 0. A measure that
nothing in the workspace feeds lowers no account's coverage; but where little is fed at all, nobody is scored.
"""

import math
from dataclasses import dataclass
from typing import Literal

from signals.core.features import Measure
from signals.core.scorecard import MeasureRule, Scorecard, band_of

State = Literal["scored", "not_scored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """The part of one measure. `points` of all contributions add up to the health.

    `score` is what the curve gives, 0 to 1; `share` is weight x confidence as a part of their sum.
    """

    key: str
    value: float
    score: float
    weight: float
    confidence: float
    share: float
    points: float
    age_days: int | None
    silent_days: int | None
    is_stale: bool
    signals_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthResult:
    """A health score. `value` is None and `band` empty when not scored.

    `missing` names measures without a value, `unfed` those that the workspace has no source for.
    """

    state: State
    value: float | None
    band: str
    coverage: float
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...]
    unfed: tuple[str, ...] = ()

    @property
    def stale_count(self) -> int:
        """Return how many measures rest on inputs that are too old."""
        return sum(each.is_stale for each in self.contributions)

    @property
    def oldest_input_days(self) -> int | None:
        """Return the age of the oldest input in use, in days; None when there is none."""
        return max((each.age_days for each in self.contributions if each.age_days is not None), default=None)


def health_of(measures: tuple[Measure, ...], rules: tuple[MeasureRule, ...], scorecard: Scorecard) -> HealthResult:
    """Return the health of an account. `measures` and `rules` are in the same order; weights 0 are left out."""
    weighed = [(m, r) for m, r in zip(measures, rules, strict=True) if r.weight > 0.0]
    known = [(m, r, m.value) for m, r in weighed if m.value is not None]
    effective = math.fsum(r.weight * m.confidence for m, r, _ in known)
    fed = math.fsum(r.weight for m, r in weighed if m.is_fed)
    coverage = effective / fed if fed > 0.0 else 0.0
    is_heard = fed >= scorecard.fed_floor * math.fsum(r.weight for _, r in weighed)
    contributions = tuple(_contribution(m, r, value, effective) for m, r, value in known)
    # The part is rounding: a sum of shares may exceed 100 by the last bit.
    total = min(max(math.fsum(each.points for each in contributions), 0.0), 100.0)
    is_scored = is_heard and effective > 0.0 and coverage >= scorecard.coverage_floor
    return HealthResult(
        state="scored" if is_scored else "not_scored",
        value=total if is_scored else None,
        band=band_of(total, scorecard.bands) if is_scored else "",
        coverage=min(coverage, 1.0),
        contributions=contributions,
        missing=tuple(m.key for m, _ in weighed if m.value is None and m.is_fed),
        unfed=tuple(m.key for m, _ in weighed if not m.is_fed),
    )


def _contribution(measure: Measure, rule: MeasureRule, value: float, effective: float) -> Contribution:
    score = rule.curve.at(value)
    share = rule.weight * measure.confidence / effective if effective > 0.0 else 0.0
    return Contribution(
        key=measure.key,
        value=value,
        score=score,
        weight=rule.weight,
        confidence=measure.confidence,
        share=share,
        points=100.0 * share * score,
        age_days=measure.age_days,
        silent_days=measure.silent_days,
        is_stale=measure.is_stale,
        signals_count=measure.signals_count,
    )
