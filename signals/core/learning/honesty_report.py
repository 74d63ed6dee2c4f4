"""Were the scores honest? What stood some months before a renewal against how it ended: curve, Brier, warning time.

Fewer renewals than the minimum give no figure. It reads no row and knows no page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from signals.core.learning.late import Late
from signals.core.learning.metrics.honesty import brier, calibration_curve, calibration_error
from signals.core.learning.metrics.ranking import area_under_curve

STATS = Late("scipy.stats")

Verdict = Literal["honest", "fails", "orders", "no_order"]
GOOD_BANDS = {"health": "green", "risk": "low"}
BAD_BANDS = {"health": "red", "risk": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRules:
    """The settings of a report; days, counts, and the limit of the test."""

    horizon_days: int
    days_back: int
    minimum_rows: int
    minimum_lost: int
    steps: int
    fails_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedScore:
    """One score at the horizon and how its renewal ended; `warned_days` None when risk never was high before.

    `maker` says whose `version` it is, that of the scorecard or of the learned model that spoke.
    """

    score_id: int
    account_id: int
    renewal_id: int
    segment: str
    maker: Literal["scorecard", "model"]
    version: int
    value: float
    band: str
    is_lost: bool
    warned_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStep:
    """A group of the curve: the mean score (0-100), the share that was lost with its 95 % interval."""

    score: float
    observed: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Honesty:
    """The figures of a report. Everything but the counts is empty when there is too little; Brier is of risk alone.

    `warned_days` are the lower quartile, median and upper quartile before notice or due date; `unwarned` counts
    losses that were never seen as high. Lists hold score ids, the worst first.
    """

    is_enough: bool
    rows: int
    lost: int
    verdict: Verdict | Literal[""] = ""
    brier: float | None = None
    error: float | None = None
    auc: float | None = None
    chance: float | None = None
    curve: tuple[CurveStep, ...] = ()
    warned_days: tuple[float, float, float] | None = None
    unwarned: int = 0
    green_churns: tuple[int, ...] = ()
    red_renewals: tuple[int, ...] = ()


def parse_report_rules(data: Mapping[str, Any]) -> ReportRules:
    """Return the settings of a report from its table."""
    return ReportRules(**{name: value for name, value in data.items() if name != "name"})


def honesty_of(rows: Sequence[JudgedScore], *, kind: str, rules: ReportRules) -> Honesty:
    """Return the report of one kind of score; the lists of surprises are given however few there are."""
    lost = sum(row.is_lost for row in rows)
    green = _named(rows, GOOD_BANDS[kind], is_lost=True, kind=kind)
    red = _named(rows, BAD_BANDS[kind], is_lost=False, kind=kind)
    if len(rows) < rules.minimum_rows or min(lost, len(rows) - lost) < rules.minimum_lost:
        return Honesty(is_enough=False, rows=len(rows), lost=lost, green_churns=green, red_renewals=red)
    outcome = np.array([float(row.is_lost) for row in rows])
    danger = np.array([_danger(row, kind) for row in rows])
    is_risk = kind == "risk"
    chance = reliability(outcome, danger, steps=rules.steps) if is_risk else order_chance(outcome, danger)
    warned = [row.warned_days for row in rows if row.is_lost and row.warned_days is not None]
    return Honesty(
        is_enough=True,
        rows=len(rows),
        lost=lost,
        verdict=_verdict(chance, rules, is_risk=is_risk),
        brier=brier(outcome, danger) if is_risk else None,
        error=calibration_error(outcome, danger, steps=rules.steps) if is_risk else None,
        auc=area_under_curve(outcome, danger),
        chance=chance,
        curve=_curve(outcome, danger, rules.steps, is_risk=is_risk),
        warned_days=_quartiles(warned),
        unwarned=lost - len(warned),
        green_churns=green,
        red_renewals=red,
    )


def reliability(outcome: np.ndarray, probability: np.ndarray, *, steps: int) -> float:
    """Return the chance of losses this far from what was foretold, if the probabilities were honest.

    Groups of equal size by probability; sum of (observed - expected)^2 / variance, chi-square with one degree of
    freedom per group, because the probabilities were not fitted to these outcomes (Hosmer, Lemeshow & Sturdivant,
    Applied Logistic Regression, 5.2.2: external validation).
    """
    total, groups = 0.0, 0
    for rows in np.array_split(np.argsort(probability, kind="stable"), steps):
        variance = float((probability[rows] * (1.0 - probability[rows])).sum())
        if variance > 0.0:
            total += (float(outcome[rows].sum()) - float(probability[rows].sum())) ** 2 / variance
            groups += 1
    return float(STATS.chi2.sf(total, groups)) if groups else 1.0


def order_chance(outcome: np.ndarray, danger: np.ndarray) -> float:
    """Return the chance of an order this good if the score said nothing (Mann-Whitney, one-sided)."""
    lost, kept = danger[outcome > 0.5], danger[outcome <= 0.5]
    return float(STATS.mannwhitneyu(lost, kept, alternative="greater").pvalue)


def _danger(row: JudgedScore, kind: str) -> float:
    return row.value / 100.0 if kind == "risk" else 1.0 - row.value / 100.0


def _verdict(chance: float, rules: ReportRules, *, is_risk: bool) -> Verdict:
    if is_risk:
        return "fails" if chance < rules.fails_below else "honest"
    return "orders" if chance < rules.fails_below else "no_order"


def _curve(outcome: np.ndarray, danger: np.ndarray, steps: int, *, is_risk: bool) -> tuple[CurveStep, ...]:
    return tuple(
        CurveStep(
            score=100.0 * (point.foretold if is_risk else 1.0 - point.foretold),
            observed=point.observed,
            low=point.interval.low,
            high=point.interval.high,
            rows=point.rows,
        )
        for point in calibration_curve(outcome, danger, steps)
    )


def _quartiles(days: Sequence[int]) -> tuple[float, float, float] | None:
    if not days:
        return None
    low, middle, high = np.quantile(np.array(days, dtype=np.float64), [0.25, 0.5, 0.75]).tolist()
    return low, middle, high


def _named(rows: Sequence[JudgedScore], band: str, *, is_lost: bool, kind: str) -> tuple[int, ...]:
    """Return the surprises, the most surprising first: lost with little danger, kept with much."""
    found = [row for row in rows if row.band == band and row.is_lost is is_lost]
    found.sort(key=lambda row: (_danger(row, kind) if is_lost else -_danger(row, kind), row.score_id))
    return tuple(row.score_id for row in found)
