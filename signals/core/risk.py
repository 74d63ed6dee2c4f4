"""Renewal risk: 0 to 100, high is bad, and the probability to renew, from expert log-odds; it needs no outcomes.

The base of the segment and the contributions add up to the logit of losing the renewal. An input that is not known
drops out and lowers the coverage, unless nothing in the workspace feeds it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signals.core.errors import ScorecardInvalid
from signals.core.features import Measure
from signals.core.health import HealthResult, State
from signals.core.scorecard import Band, band_of, band_problems, parse_bands

BASE = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskInput:
    """One input: x = (value - centre) / scale, or ln(value / centre) / scale, kept in low..high."""

    key: str
    label: str
    coefficient: float
    centre: float
    scale: float
    low: float
    high: float
    weight: float
    is_logarithmic: bool = False

    def x(self, value: float) -> float:
        """Return the standardised input."""
        if self.is_logarithmic:
            raw = math.log(max(value, 1.0) / self.centre) / self.scale
        else:
            raw = (value - self.centre) / self.scale
        return min(max(raw, self.low), self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskModel:
    """A whole definition of renewal risk; `base` holds log-odds of loss per segment and a default."""

    name: str
    coverage_floor: float
    base: Mapping[str, float]
    bands: tuple[Band, ...]
    inputs: tuple[RiskInput, ...]

    def base_log_odds(self, segment: str) -> float:
        """Return the log-odds of loss of an average account of the segment."""
        return self.base.get(segment, self.base["default"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskContribution:
    """The part of one input in log-odds of loss; above 0 is bad. `value` is None for the base alone."""

    key: str
    value: float | None
    x: float
    coefficient: float
    confidence: float
    log_odds: float
    age_days: int | None
    is_stale: bool
    signals_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskResult:
    """A risk. `value` and `renew_probability` are None when not scored; `logit` is always the sum of log-odds."""

    state: State
    value: float | None
    renew_probability: float | None
    band: str
    coverage: float
    logit: float
    base_renew_probability: float
    contributions: tuple[RiskContribution, ...]
    missing: tuple[str, ...]
    unfed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFacts:
    """What the risk of one renewal is computed from. `days_to_renewal` is below 0 once the date has passed."""

    segment: str
    days_to_renewal: int
    health: HealthResult
    measures: tuple[Measure, ...]


def parse_risk_model(data: Mapping[str, Any]) -> RiskModel:
    """Return the model that the tables describe; raise ScorecardInvalid naming every problem."""
    problems = tuple(_problems(data))
    if problems:
        raise ScorecardInvalid("; ".join(problems), where=str(data.get("name", "risk")))
    return RiskModel(
        name=data["name"],
        coverage_floor=float(data["coverage_floor"]),
        base={segment: float(log_odds) for segment, log_odds in data["base"].items()},
        bands=parse_bands(data["bands"]),
        inputs=tuple(RiskInput(**row) for row in data["inputs"]),
    )


def risk_of(facts: RiskFacts, model: RiskModel) -> RiskResult:
    """Return the risk of one open renewal."""
    base = model.base_log_odds(facts.segment)
    known = _known(facts)
    parts = tuple(_contribution(rule, known[rule.key]) for rule in model.inputs if rule.key in known)
    logit = math.fsum((base, *(part.log_odds for part in parts)))
    unfed = frozenset(measure.key for measure in facts.measures if not measure.is_fed)
    weight = math.fsum(rule.weight for rule in model.inputs if rule.key not in unfed)
    covered = math.fsum(rule.weight * known[rule.key].confidence for rule in model.inputs if rule.key in known)
    coverage = covered / weight if weight > 0.0 else 1.0
    is_scored = coverage >= model.coverage_floor
    loss = probability(logit)
    return RiskResult(
        state="scored" if is_scored else "not_scored",
        value=100.0 * loss if is_scored else None,
        renew_probability=1.0 - loss if is_scored else None,
        band=band_of(100.0 * loss, model.bands) if is_scored else "",
        coverage=min(coverage, 1.0),
        logit=logit,
        base_renew_probability=1.0 - probability(base),
        contributions=(_base(base), *parts),
        missing=tuple(rule.key for rule in model.inputs if rule.key not in known and rule.key not in unfed),
        unfed=tuple(rule.key for rule in model.inputs if rule.key in unfed),
    )


def probability(logit: float) -> float:
    """Return the probability of log-odds, without overflow at either end."""
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


def _known(facts: RiskFacts) -> dict[str, Measure]:
    """Return every input that has a value, health and days among them, as measures."""
    known = {measure.key: measure for measure in facts.measures if measure.value is not None}
    if facts.health.value is not None:
        known["health"] = _plain("health", facts.health.value, facts.health.coverage, facts.health.oldest_input_days)
    known["days_to_renewal"] = _plain("days_to_renewal", float(facts.days_to_renewal), 1.0, 0)
    return known


def _plain(key: str, value: float, confidence: float, age_days: int | None) -> Measure:
    return Measure(
        key=key,
        value=value,
        confidence=confidence,
        age_days=age_days,
        silent_days=None,
        is_stale=False,
        signals_count=0,
    )


def _contribution(rule: RiskInput, measure: Measure) -> RiskContribution:
    value = measure.value or 0.0
    x = rule.x(value)
    return RiskContribution(
        key=rule.key,
        value=value,
        x=x,
        coefficient=rule.coefficient,
        confidence=measure.confidence,
        log_odds=rule.coefficient * x * measure.confidence,
        age_days=measure.age_days,
        is_stale=measure.is_stale,
        signals_count=measure.signals_count,
    )


def _base(log_odds: float) -> RiskContribution:
    return RiskContribution(
        key=BASE,
        value=None,
        x=1.0,
        coefficient=log_odds,
        confidence=1.0,
        log_odds=log_odds,
        age_days=None,
        is_stale=False,
        signals_count=0,
    )


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    yield from band_problems(data["bands"])
    if "default" not in data["base"]:
        yield "base has no default"
    if not 0.0 <= data["coverage_floor"] <= 1.0:
        yield "coverage_floor is outside 0..1"
    for row in data["inputs"]:
        if not row["scale"] > 0.0 or not row["low"] <= row["high"]:
            yield f"input '{row['key']}' needs a scale above 0 and low not above high"
        if row.get("is_logarithmic") and not row["centre"] > 0.0:
            yield f"input '{row['key']}' takes a logarithm: its centre must be above 0"
