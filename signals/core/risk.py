"""Renewal risk: 0 to 100, high is bad, and the probability to renew, from expert log-odds; it needs no outcomes.

The base of the segment and the contributions add up to the logit of losing the renewal. An input that is not known
drops out and lowers the coverage, unless nothing in the workspace feeds it.
The sums are made for many renewals at once, in `signals.core.scoring.risk`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signals.core.errors import ScorecardInvalid
from signals.core.health import State
from signals.core.scorecard import Band, band_problems, parse_bands

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


def probability(logit: float) -> float:
    """Return the probability of log-odds, without overflow at either end."""
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


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
