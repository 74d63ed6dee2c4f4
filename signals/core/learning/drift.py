"""Has the world moved since training? Features against their training rows, outcomes against what was foretold.

A moved feature is a reason to look; a moved outcome or log-loss is a reason to train again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.intervals import Interval, poisson_limits

STEPS = 10
SMALLEST_SHARE = 0.0005
MOST_LEVELS = 30
PSI_ALARM = 0.25
MISSING_ALARM = 0.10
UNSEEN_ALARM = 0.05
SMALLEST_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one feature was spread in training: shares of the steps between `edges` or of `levels`, and of unknown."""

    name: str
    edges: tuple[float, ...]
    levels: tuple[str, ...]
    shares: tuple[float, ...]
    missing_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDrift:
    """One feature now against training; `psi` is nan when too few rows are known."""

    name: str
    rows: int
    psi: float
    missing_share: float
    missing_change: float
    unseen_share: float

    @property
    def alarms(self) -> tuple[str, ...]:
        """Which of "psi", "missing", "unseen" are beyond their limits."""
        found = {
            "psi": self.psi > PSI_ALARM,
            "missing": abs(self.missing_change) > MISSING_ALARM,
            "unseen": self.unseen_share > UNSEEN_ALARM,
        }
        return tuple(name for name, is_beyond in found.items() if is_beyond)


def profile(column: Column) -> Profile:
    """Return how the column is spread over these rows."""
    known = column.values[column.is_known]
    missing = 1.0 - len(known) / len(column) if len(column) else 1.0
    if column.kind == NUMBER:
        edges = (
            tuple(float(e) for e in np.unique(np.quantile(known, np.linspace(0, 1, STEPS + 1)[1:-1])))
            if len(known)
            else ()
        )
        counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
        return Profile(name=column.name, edges=edges, levels=(), shares=_shares(counts), missing_share=missing)
    names, sizes = np.unique(known.astype(str), return_counts=True)
    levels = tuple(str(name) for name in names[np.argsort(-sizes, kind="stable")][:MOST_LEVELS])
    counts = np.bincount(_level_codes(known, levels), minlength=len(levels) + 1)
    return Profile(name=column.name, edges=(), levels=levels, shares=_shares(counts), missing_share=missing)


def feature_drift(before: Profile, column: Column) -> FeatureDrift:
    """Return how far the column has moved from its profile (population stability index over the same steps)."""
    known = column.values[column.is_known]
    missing = 1.0 - len(known) / len(column) if len(column) else 1.0
    if column.kind == NUMBER:
        codes, unseen = np.searchsorted(before.edges, known, side="left"), 0.0
    else:
        codes = _level_codes(known, before.levels)
        is_complete = before.shares[-1] == 0
        unseen = float((codes == len(before.levels)).mean()) if len(known) and is_complete else 0.0
    counts = np.bincount(codes.astype(np.int64), minlength=len(before.shares))
    return FeatureDrift(
        name=before.name,
        rows=len(column),
        psi=stability_index(before.shares, _shares(counts)) if len(known) >= SMALLEST_ROWS else float("nan"),
        missing_share=missing,
        missing_change=missing - before.missing_share,
        unseen_share=unseen,
    )


def frame_drift(before: Mapping[str, Profile], frame: Frame) -> tuple[FeatureDrift, ...]:
    """Return the drift of every profiled feature that the frame has, the furthest first."""
    there = {column.name: column for column in frame.columns}
    found = [feature_drift(old, there[name]) for name, old in before.items() if name in there]
    return tuple(sorted(found, key=lambda one: (-np.nan_to_num(one.psi, nan=-1.0), one.name)))


def stability_index(before: tuple[float, ...], after: tuple[float, ...]) -> float:
    """Return sum (after - before) ln(after / before); above 0.25 is a shift by convention; empty is 1 in 2000."""
    old, new = np.maximum(before, SMALLEST_SHARE), np.maximum(after, SMALLEST_SHARE)
    return float(((new - old) * np.log(new / old)).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDrift:
    """Losses that happened against losses foretold, with the Poisson limits of the ratio; 1 within is no alarm."""

    name: str
    rows: int
    observed: int
    expected: float
    ratio: float
    limits: Interval

    @property
    def is_alarm(self) -> bool:
        """Answer whether what happened is beyond chance."""
        return not self.limits.holds(1.0)


def outcome_drift(outcome: Array, probability: Array, names: Array) -> tuple[OutcomeDrift, ...]:
    """Return observed over expected for each name (a month, a segment), in the order of the names."""
    found = []
    for name in sorted(set(names.tolist())):
        here = names == name
        observed, expected = int(outcome[here].sum()), float(probability[here].sum())
        counts = poisson_limits(observed)
        safe = expected if expected > 0 else float("nan")
        found.append(
            OutcomeDrift(
                name=str(name),
                rows=int(here.sum()),
                observed=observed,
                expected=expected,
                ratio=observed / safe,
                limits=Interval(counts.low / safe, counts.high / safe),
            )
        )
    return tuple(found)


def first_shift(losses: Array, *, tolerance: float = 0.02, limit: float = 10.0, burn_in: int = 30) -> int | None:
    """Return the place at which the log-loss has risen for good, or None: Page and Hinkley's test (Page 1954).

    `losses` are in order of time; `tolerance` is a rise that does not matter, `limit` the sum of rises that alarms.
    """
    mean = total = lowest = 0.0
    for place, loss in enumerate(losses.tolist()):
        if place >= burn_in:
            total += loss - mean - tolerance
            lowest = min(lowest, total)
            if total - lowest > limit:
                return place
        mean += (loss - mean) / (place + 1)
    return None


def _edges(known: Array) -> tuple[float, ...]:
    if not len(known):
        return ()
    return tuple(float(edge) for edge in np.unique(np.quantile(known, np.linspace(0, 1, STEPS + 1)[1:-1])))


def _shares(counts: Array) -> tuple[float, ...]:
    total = counts.sum()
    return tuple(float(count / total) if total else 0.0 for count in counts)


def _level_codes(values: Array, levels: tuple[str, ...]) -> Array:
    places = {level: place for place, level in enumerate(levels)}
    return np.array([places.get(value, len(levels)) for value in values], dtype=np.int64)
