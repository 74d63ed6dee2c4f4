"""Watches a model after its training: have values moved, gone missing, taken words never seen; are losses as foretold?

Limits leave room for chance, so that a small month does not cry wolf.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.honesty import log_loss
from signals.core.learning.metrics.intervals import poisson_limits

DRIFT, MISSING, UNSEEN, OBSERVED, LOG_LOSS = "drift", "missing", "unseen", "observed_expected", "log_loss"
DRIFT_LIMIT = 0.25
"""A population stability index above this is a shift that matters (the usual rule of credit scoring)."""

MISSING_LIMIT = 0.10
UNSEEN_LIMIT = 0.05
FEWEST_ROWS = 30
FEWEST_EXPECTED = 5.0
STEPS = 10
MOST_LEVELS = 20
SMALLEST = 1e-4
CHANCE = 0.999
OTHER = "(other)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One figure with its limits; None where there is none on that side. `details` are its parts."""

    kind: str
    subject: str
    rows: int
    value: float
    low: float | None
    high: float | None
    is_alarm: bool
    details: Mapping[str, Any]


def baseline_of(frame: Frame, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return how the columns were spread in training, as plain data: steps or levels with their shares."""
    wanted = set(names)
    return [_baseline(column) for column in frame.columns if column.name in wanted]


def watch_columns(baseline: Iterable[Mapping[str, Any]], frame: Frame, trained_rows: int) -> Iterator[Watched]:
    """Yield drift, missing rate and unseen words of each column of these later rows; nothing below 30 rows."""
    if len(frame) < FEWEST_ROWS:
        return
    there = {column.name: column for column in frame.columns}
    for base in baseline:
        column = there.get(base["name"])
        if column is not None and column.kind == base["kind"]:
            yield from _watched(base, column, trained_rows)


def watch_outcomes(outcome: Array, probability: Array, segments: Array, *, window: Array) -> Iterator[Watched]:
    """Yield losses per foretold loss over the window (a mask), and log-loss, for all rows and each segment."""
    for segment in ["", *sorted({str(each) for each in segments} - {""})]:
        rows = window & ((segments.astype(str) == segment) if segment else np.ones(len(outcome), dtype=bool))
        if rows.sum() >= FEWEST_ROWS:
            yield _against_foretold(segment, outcome[rows], probability[rows])
            yield _told(LOG_LOSS, segment, int(rows.sum()), log_loss(outcome[rows], probability[rows]))


def stability_index(before: Array, after: Array) -> float:
    """Return the population stability index of two sets of shares: sum (after - before) x ln(after / before)."""
    p, q = np.maximum(before, SMALLEST), np.maximum(after, SMALLEST)
    return float(((q - p) * np.log(q / p)).sum())


def _baseline(column: Column) -> dict[str, Any]:
    known = column.values[column.is_known]
    plain: dict[str, Any] = {"name": column.name, "kind": column.kind, "missing": 1.0 - float(column.is_known.mean())}
    if column.kind == NUMBER:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, STEPS + 1)[1:-1])) if len(known) else np.array([])
        return plain | {"edges": edges.tolist(), "shares": _steps(known, edges).tolist()}
    counts = Counter(known.tolist())
    levels = [level for level, _ in counts.most_common(MOST_LEVELS)]
    shares = _levels(known, levels)
    return plain | {"levels": levels, "shares": shares.tolist(), "known_levels": sorted(counts)[:2000]}


def _watched(base: Mapping[str, Any], column: Column, trained_rows: int) -> Iterator[Watched]:
    known = column.values[column.is_known]
    rows, name = len(column), column.name
    if len(known) >= FEWEST_ROWS and base["missing"] < 1.0:
        before = np.array(base["shares"])
        after = _steps(known, np.array(base["edges"])) if column.kind == NUMBER else _levels(known, base["levels"])
        index = stability_index(before, after)
        noise = float(chi2.ppf(CHANCE, max(1, len(before) - 1))) * (1 / len(known) + 1 / max(1, trained_rows))
        limit = max(DRIFT_LIMIT, noise)
        yield _told(DRIFT, name, len(known), index, high=limit, is_alarm=index > limit)
    missing = 1.0 - len(known) / rows
    limit = base["missing"] + MISSING_LIMIT + 3.0 * float(np.sqrt(0.25 / rows))
    yield _told(MISSING, name, rows, missing, high=min(limit, 1.0), is_alarm=missing > limit)
    if column.kind != NUMBER and len(known):
        new = Counter(str(value) for value in known) - Counter(dict.fromkeys(base["known_levels"], len(known)))
        share = sum(new.values()) / len(known)
        if new:
            details = {"levels": [level for level, _ in new.most_common(5)], "count": sum(new.values())}
            yield _told(
                UNSEEN, name, len(known), share, high=UNSEEN_LIMIT, is_alarm=share > UNSEEN_LIMIT, details=details
            )


def _against_foretold(segment: str, outcome: Array, probability: Array) -> Watched:
    """Losses are counted, so their limits are those of a Poisson count (Garwood 1936)."""
    lost, expected = float(outcome.sum()), float(probability.sum())
    limits = poisson_limits(expected)
    is_alarm = expected >= FEWEST_EXPECTED and not limits.holds(lost)
    ratio = lost / expected if expected > 0 else 0.0
    return _told(
        OBSERVED,
        segment,
        len(outcome),
        ratio,
        low=limits.low / expected if expected > 0 else None,
        high=limits.high / expected if expected > 0 else None,
        is_alarm=is_alarm,
        details={"observed": lost, "expected": round(expected, 3)},
    )


def _told(kind: str, subject: str, rows: int, value: float, **more: Any) -> Watched:
    known = {"low": None, "high": None, "is_alarm": False, "details": {}} | more
    return Watched(kind=kind, subject=subject, rows=rows, value=float(value), **known)


def _steps(values: Array, edges: Array) -> Array:
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return np.asarray(counts / max(1, len(values)))


def _levels(values: Array, levels: list[str]) -> Array:
    counts = Counter(values.tolist())
    told = [counts[level] for level in levels]
    return np.array([*told, len(values) - sum(told)]) / max(1, len(values))
