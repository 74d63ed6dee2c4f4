"""The figures of one set of predictions, as the report shows them."""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.metrics.honesty import (
    brier,
    calibration_error,
    calibration_line,
    log_loss,
    observed_over_expected,
)
from signals.core.learning.metrics.intervals import UNKNOWN, Interval, resampled
from signals.core.learning.metrics.ranking import area_under_curve, area_within, average_precision, captured, top_lift


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on `rows` predictions of which `losses` were lost; nan means not defined, e.g. one class.

    `auc` is of pairs within one fold or quarter.
    """

    rows: int
    losses: int
    rate: float
    auc: float
    auc_interval: Interval
    brier: float
    log_loss: float
    calibration_error: float
    slope: float
    intercept: float
    top_lift: float
    average_precision: float
    observed_over_expected: float
    amount_auc: float
    amount_captured: float
    amount_observed_over_expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Predictions beside what became of the rows; `strata` is the fold or quarter of each (None: one)."""

    outcome: Array
    probability: Array
    groups: Array
    strata: Array | None = None
    amounts: Array | None = None

    def take(self, rows: Array) -> "Judged":
        """Return these rows."""
        amounts = None if self.amounts is None else self.amounts[rows]
        return Judged(
            outcome=self.outcome[rows],
            probability=self.probability[rows],
            groups=self.groups[rows],
            strata=None if self.strata is None else self.strata[rows],
            amounts=amounts,
        )


NOTHING = float("nan")


def measure(judged: Judged, *, rng: np.random.Generator, repeats: int = 500) -> Figures:
    """Return all figures; the interval of the AUC is drawn over accounts, `repeats` 0 leaves it unknown."""
    outcome, probability = judged.outcome, judged.probability
    strata = np.zeros(len(outcome)) if judged.strata is None else judged.strata
    if not len(outcome):
        return _nothing()
    line = calibration_line(outcome, probability)
    interval = UNKNOWN
    if repeats and 0 < outcome.sum() < len(outcome):
        interval = resampled(
            lambda rows: area_within(outcome[rows], probability[rows], strata[rows]),
            judged.groups,
            rng=rng,
            repeats=repeats,
        )
    weighted = _amounts(judged)
    return Figures(
        rows=len(outcome),
        losses=int(outcome.sum()),
        rate=float(outcome.mean()),
        auc=area_within(outcome, probability, strata),
        auc_interval=interval,
        brier=brier(outcome, probability),
        log_loss=log_loss(outcome, probability),
        calibration_error=calibration_error(outcome, probability),
        slope=line.slope,
        intercept=line.intercept,
        top_lift=top_lift(outcome, probability),
        average_precision=average_precision(outcome, probability),
        observed_over_expected=observed_over_expected(outcome, probability),
        **weighted,
    )


def _amounts(judged: Judged) -> dict[str, float]:
    if judged.amounts is None:
        return {"amount_auc": NOTHING, "amount_captured": NOTHING, "amount_observed_over_expected": NOTHING}
    known = np.isfinite(judged.amounts) & (judged.amounts > 0)
    outcome, probability, weight = judged.outcome[known], judged.probability[known], judged.amounts[known]
    return {
        "amount_auc": area_under_curve(outcome, probability, weight),
        "amount_captured": captured(outcome, probability, max(1, len(outcome) // 10), weight),
        "amount_observed_over_expected": observed_over_expected(outcome, probability, weight),
    }


def _nothing() -> Figures:
    names = [name for name in Figures.__dataclass_fields__ if name not in ("rows", "losses", "auc_interval")]
    return Figures(rows=0, losses=0, auc_interval=UNKNOWN, **dict.fromkeys(names, NOTHING))
