"""Metrics as contracts: what a figure counts, over which rows, and the figure with every row it is the sum of."""

from renewals.core.metrics.contracts import MetricBook, MetricContract, Unit, Way, read_metrics
from renewals.core.metrics.exposure import arr_at_risk
from renewals.core.metrics.figures import Figure, FigureRow, LeftOut, figure, figure_of_sums
from renewals.core.metrics.movements import MovementFacts, movement, movements_of
from renewals.core.metrics.periods import (
    Period,
    period_of,
    periods_until,
    quarter,
    running_period,
    whole_period,
    year_to,
)
from renewals.core.metrics.rows import Movement, MovementKind, RenewalRow
from renewals.core.metrics.spans import BookLine, BookTerm, Bridge, ContractBook, LineSpan, spans_of
from renewals.core.metrics.targets import EVERYBODY, Attainment, TargetOf, attainment
from renewals.core.metrics.waterfall import Waterfall, WaterfallStep, waterfall

__all__ = [
    "EVERYBODY",
    "Attainment",
    "BookLine",
    "BookTerm",
    "Bridge",
    "ContractBook",
    "Figure",
    "FigureRow",
    "LeftOut",
    "LineSpan",
    "MetricBook",
    "MetricContract",
    "Movement",
    "MovementFacts",
    "MovementKind",
    "Period",
    "RenewalRow",
    "TargetOf",
    "Unit",
    "Waterfall",
    "WaterfallStep",
    "Way",
    "arr_at_risk",
    "attainment",
    "figure",
    "figure_of_sums",
    "movement",
    "movements_of",
    "period_of",
    "periods_until",
    "quarter",
    "read_metrics",
    "running_period",
    "spans_of",
    "waterfall",
    "whole_period",
    "year_to",
]
