"""Figures of parts: segments, horizons, quarters, and groups a model must treat alike though it cannot see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.honesty import calibration_curve
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.reporting.figures import figures_row, is_enough, known, measured

HORIZONS = ((0, 14), (14, 30), (30, 60), (60, 90), (90, 120), (120, 180), (180, 100_000))
MOST_LEVELS = 12
SIZE_STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foretold:
    """Held-out probabilities of the rows of a frame, and the fold or quarter of each."""

    frame: Frame
    probability: Array
    strata: Array


def segment_rows(frame: Frame, probability: Array, strata: Array, *, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the figures of each segment that has enough rows."""
    names = sorted({str(segment) for segment in frame.segments} - {""})
    foretold = Foretold(frame=frame, probability=probability, strata=strata)
    return [row for name in names if (row := _part(name, foretold, frame.segments.astype(str) == name, rng=rng))]


def horizon_rows(frame: Frame, probability: Array, strata: Array, *, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the figures of each stretch of days before the renewal; [] for rows without such days."""
    days = frame.days_to_renewal
    if days is None:
        return []
    found = []
    foretold = Foretold(frame=frame, probability=probability, strata=strata)
    for low, high in HORIZONS:
        mask = (days > low) & (days <= high) if low else days <= high
        name = f"{low} to {high} days before" if high < HORIZONS[-1][1] else f"More than {low} days before"
        row = _part(name, foretold, mask, rng=rng)
        found += [row] if row else []
    return found


def period_rows(
    frame: Frame, names: Array, held: Mapping[str, Array], members: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the AUC of each member (key -> words) in each period that has enough rows, in order of time."""
    found = []
    for name in sorted({str(name) for name in names} - {""}):
        for member, words in members.items():
            rows = (names == name) & frame.is_decided & np.isfinite(held[member])
            outcome, probability = frame.outcome[rows], held[member][rows]
            if is_enough(outcome):
                area = known(area_under_curve(outcome, probability))
                found.append(
                    {
                        "period": name,
                        "series": words,
                        "auc": area,
                        "rows": len(outcome),
                        "observed": float(outcome.mean()),
                        "expected": float(probability.mean()),
                    }
                )
    return found


def curve_rows(frame: Frame, held: Mapping[str, Array], members: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the points of the calibration curve of each member (key -> words), with 95 % intervals."""
    found = []
    for member, words in members.items():
        rows = np.isfinite(held[member]) & frame.is_decided
        if not is_enough(frame.outcome[rows]):
            continue
        for point in calibration_curve(frame.outcome[rows], held[member][rows]):
            found.append(
                {
                    "series": words,
                    "foretold": point.foretold,
                    "observed": point.observed,
                    "low": point.interval.low,
                    "high": point.interval.high,
                    "rows": point.rows,
                }
            )
    return found


def audit_rows(
    frame: Frame, probability: Array, attributes: tuple[Column, ...], *, high_from: float
) -> list[dict[str, Any]]:
    """Return how the groups of each attribute fare: observed, foretold, the share called high, AUC.

    The attributes need not be features: a model is to be audited by what it never saw.
    """
    decided = np.isfinite(probability) & frame.is_decided
    found = []
    for column in attributes:
        levels = _levels(column)
        named = sorted({level for level in levels if level is not None})
        if not 1 < len(named) <= MOST_LEVELS:
            continue
        for level in named:
            rows = decided & (levels == level)
            if is_enough(frame.outcome[rows]):
                found.append(_audited(column.name, level, frame.outcome[rows], probability[rows], high_from))
    return found


def _audited(attribute: str, level: str, outcome: Array, probability: Array, high_from: float) -> dict[str, Any]:
    return {
        "attribute": attribute,
        "level": level,
        "rows": len(outcome),
        "losses": int(outcome.sum()),
        "observed": float(outcome.mean()),
        "expected": float(probability.mean()),
        "called_high": float((probability >= high_from).mean()),
        "auc": known(area_under_curve(outcome, probability)),
    }


def _levels(column: Column) -> Array:
    """Words as they are; numbers of few values too, of many in equally filled steps."""
    found = np.full(len(column), None, dtype=object)
    rows = np.flatnonzero(column.is_known)
    values = column.values[rows]
    if column.kind != NUMBER:
        found[rows] = [str(value) for value in values]
    elif len(np.unique(values)) <= SIZE_STEPS:
        found[rows] = [f"{value:g}" for value in values]
    else:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, SIZE_STEPS + 1)))
        places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        found[rows] = [f"{edges[place]:g} to {edges[place + 1]:g}" for place in places]
    return found


def _part(name: str, foretold: Foretold, mask: Array, *, rng: np.random.Generator) -> dict[str, Any] | None:
    frame, probability = foretold.frame, foretold.probability
    rows = mask & frame.is_decided & np.isfinite(probability)
    if not is_enough(frame.outcome[rows]):
        return None
    found = measured(frame.take(rows), probability[rows], foretold.strata[rows], rng=rng)
    return {"name": name, **figures_row(found)}
