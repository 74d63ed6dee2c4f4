"""The settings of the forecast as values. They are data (`library/forecast.toml`); nothing is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Evidence = Literal["randomised", "adjusted", "association", "assumption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRules:
    """How the variance of what moves all renewals together is learnt, and what holds until it is."""

    horizon_days: int
    floor: float
    segment_floor: float
    prior_variance: float
    prior_quarters: int
    minimum_quarters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRules:
    """How sure anybody is of the chances before outcomes are known: standard deviations of their level and slope."""

    level: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioRules:
    """What becomes of kept renewals until enough have ended; `cases` is how many this opinion counts for."""

    cases: float
    contracted: float
    flat: float
    expanded: float
    contracted_ratios: tuple[float, ...]
    expanded_ratios: tuple[float, ...]
    minimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRules:
    """From which chance of renewal on the model's call is of a category."""

    commit: float
    best_case: float
    pipeline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRules:
    """On which days calls are due, and for renewals due within how many days."""

    first_on: date
    every_days: int
    horizon_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisagreementRules:
    """From which difference on two callers disagree."""

    steps: int
    likelihood: float
    amount_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BlendRules:
    """How much history a blend of model and people needs, and how strongly it is held to the model alone."""

    minimum: int
    minimum_lost: int
    ridge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverRule:
    """What a scenario may move: effect on the log-odds and `worth` on the amount, each per unit of the lever."""

    key: str
    name: str
    unit: str
    lowest: float
    highest: float
    step: float
    effect: float
    low: float
    high: float
    worth: float
    evidence: Evidence
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRules:
    """All settings of the forecast."""

    name: str
    seed: int
    draws: int
    quarters_ahead: int
    quarters_back: int
    minimum_past: int
    factors: FactorRules
    parameters: ParameterRules
    ratios: RatioRules
    delay_days: tuple[float, ...]
    minimum_delays: int
    categories: CategoryRules
    checkpoints: tuple[int, ...]
    submissions: SubmissionRules
    disagreement: DisagreementRules
    minimum_calls: int
    blend: BlendRules
    levers: tuple[LeverRule, ...]


def parse_forecast_rules(data: Mapping[str, Any]) -> ForecastRules:
    """Return the settings from their tables; a missing key raises KeyError or TypeError with its name."""
    ratios = dict(data["ratios"])
    for name in ("contracted_ratios", "expanded_ratios"):
        ratios[name] = tuple(float(each) for each in ratios[name])
    plain = ("name", "seed", "draws", "quarters_ahead", "quarters_back", "minimum_past")
    return ForecastRules(
        **{name: data[name] for name in plain},
        factors=FactorRules(**data["factors"]),
        parameters=ParameterRules(**data["parameters"]),
        ratios=RatioRules(**ratios),
        delay_days=tuple(float(day) for day in data["delays"]["days"]),
        minimum_delays=data["delays"]["minimum"],
        categories=CategoryRules(**data["categories"]),
        checkpoints=tuple(data["checkpoints"]["days"]),
        submissions=SubmissionRules(**data["submissions"]),
        disagreement=DisagreementRules(**data["disagreement"]),
        minimum_calls=data["ledger"]["minimum"],
        blend=BlendRules(**data["blend"]),
        levers=tuple(LeverRule(**each) for each in data["levers"]),
    )
