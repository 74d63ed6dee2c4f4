"""Hold forecasts of past quarters against what came of them: error, bias, pinball loss, how often the band held."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.forecast.levers import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuarter:
    """A band as it was frozen, and what the quarter came to."""

    low: float
    middle: float
    high: float
    actual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Figures of some quarters: median absolute error and bias as shares of what came, mean pinball loss as a share."""

    quarters: int
    error: float
    bias: float
    pinball: float
    coverage: float


def judge_quarters(rows: Sequence[JudgedQuarter], *, minimum: int = 1) -> Backtest | None:
    """Return the figures; None for fewer than `minimum` quarters that came to something."""
    judged = [row for row in rows if row.actual > 0]
    if len(judged) < max(1, minimum):
        return None
    actual = np.array([row.actual for row in judged])
    low, middle, high = (np.array([getattr(row, name) for row in judged]) for name in ("low", "middle", "high"))
    losses = [_pinball(actual, band, level) for band, level in ((low, 0.1), (middle, 0.5), (high, 0.9))]
    return Backtest(
        quarters=len(judged),
        error=float(np.median(np.abs(middle - actual) / actual)),
        bias=float(np.sum(middle - actual) / np.sum(actual)),
        pinball=float(np.mean(losses) / np.mean(actual)),
        coverage=float(np.mean((low <= actual) & (actual <= high))),
    )


def _pinball(actual: Floats, band: Floats, level: float) -> float:
    over = actual - band
    return float(np.mean(np.maximum(level * over, (level - 1) * over)))
