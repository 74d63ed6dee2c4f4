"""What a scorecard says: measures with curve and weight, what a segment or complexity changes, bands, validation.

It computes nothing about accounts.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from signals.core.errors import ScorecardInvalid

CHANGEABLE = (
    "curve",
    "weight",
    "half_life_days",
    "stale_after_days",
    "silent_after_days",
    "full_sample",
    "window_days",
)
LOWEST, HIGHEST = 0.0, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A piecewise-linear curve: 0 at the floor, 0.5 at the target, 1 at the ceiling, flat beyond."""

    floor: float
    target: float
    ceiling: float

    def at(self, value: float) -> float:
        """Return the points from 0 to 1; never decreasing towards the ceiling."""
        sign = 1.0 if self.ceiling > self.floor else -1.0
        floor, target, ceiling, value = sign * self.floor, sign * self.target, sign * self.ceiling, sign * value
        if value <= floor:
            return 0.0
        if value >= ceiling:
            return 1.0
        if value < target:
            return 0.5 * ((value - floor) / (target - floor))
        return 0.5 + 0.5 * ((value - target) / (ceiling - target))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRule:
    """How one measure is read and weighed for one kind of account. Days are whole days.

    A workspace feeds the measure when it hears one of the kinds `fed_by`, or of all `kinds` where that is empty.
    """

    key: str
    family: str
    label: str
    meaning: str
    kinds: tuple[str, ...]
    curve: Curve
    weight: float
    window_days: int
    half_life_days: float
    stale_after_days: int
    silent_after_days: int
    full_sample: float
    settings: Mapping[str, float]
    fed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A change of one measure for a segment, a complexity or both, with its reason."""

    measure: str
    changes: Mapping[str, Any]
    reason: str
    segment: str | None = None
    complexity: str | None = None

    def applies(self, segment: str, complexity: str) -> bool:
        """Answer whether this change is meant for such an account."""
        return self.segment in (None, segment) and self.complexity in (None, complexity)

    @property
    def rank(self) -> int:
        """Return the place in the order of inheritance: segment 1, complexity 2, both 3."""
        return (self.segment is not None) + 2 * (self.complexity is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A half-open part [low, high) of 0..100; the last one includes its end."""

    key: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A whole definition of health.

    Both floors are shares of weight: what must be known of what the workspace feeds, and what it must feed of all.
    """

    name: str
    coverage_floor: float
    fed_floor: float = 0.0
    bands: tuple[Band, ...]
    measures: tuple[MeasureRule, ...]
    overrides: tuple[Override, ...]


def parse_scorecard(data: Mapping[str, Any]) -> Scorecard:
    """Return the scorecard that the tables describe; raise ScorecardInvalid naming every problem."""
    problems = tuple(_problems(data))
    if problems:
        raise ScorecardInvalid("; ".join(problems), where=str(data.get("name", "scorecard")))
    return Scorecard(
        name=data["name"],
        coverage_floor=float(data["coverage_floor"]),
        fed_floor=float(data.get("fed_floor", 0.0)),
        bands=parse_bands(data["bands"]),
        measures=tuple(_measure(row) for row in data["measures"]),
        overrides=tuple(_override(row) for row in data.get("overrides", ())),
    )


def rules_for(scorecard: Scorecard, *, segment: str, complexity: str) -> tuple[MeasureRule, ...]:
    """Return the measures for such an account. Order of inheritance: global, segment, complexity, both; later wins."""
    rules = {rule.key: rule for rule in scorecard.measures}
    for override in sorted(scorecard.overrides, key=lambda each: each.rank):
        if override.applies(segment, complexity):
            rules[override.measure] = replace(rules[override.measure], **override.changes)
    return tuple(rules.values())


def parse_bands(rows: list[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Return the bands in the order given."""
    return tuple(Band(key=row["key"], low=float(row["low"]), high=float(row["high"])) for row in rows)


def band_of(value: float, bands: tuple[Band, ...]) -> str:
    """Return the key of the band that holds `value` (0 to 100)."""
    for band in bands:
        if band.low <= value < band.high:
            return band.key
    return bands[-1].key


def band_problems(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with bands: they must cover 0 to 100 without gap or overlap."""
    edge = LOWEST
    for row in rows:
        if row["low"] != edge:
            word = "gap" if row["low"] > edge else "overlap"
            yield f"band '{row['key']}' leaves a {word}: it starts at {row['low']:g}, expected {edge:g}"
        if not row["low"] < row["high"]:
            yield f"band '{row['key']}' ends before it starts"
        edge = row["high"]
    if edge != HIGHEST:
        yield f"the last band ends at {edge:g}, expected 100"


def _measure(row: Mapping[str, Any]) -> MeasureRule:
    kinds = {name: tuple(row[name]) for name in ("kinds", "fed_by") if name in row}
    fields = {**row, **kinds, "curve": _curve(row["curve"])}
    return MeasureRule(**{"settings": {}, **fields})


def _curve(points: list[float]) -> Curve:
    floor, target, ceiling = points
    return Curve(floor=float(floor), target=float(target), ceiling=float(ceiling))


def _override(row: Mapping[str, Any]) -> Override:
    changes = {name: _curve(row[name]) if name == "curve" else row[name] for name in CHANGEABLE if name in row}
    return Override(
        measure=row["measure"],
        changes=changes,
        reason=row["reason"],
        segment=row.get("segment"),
        complexity=row.get("complexity"),
    )


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    if not 0.0 <= data["coverage_floor"] <= 1.0:
        yield "coverage_floor is outside 0..1"
    if not 0.0 <= data.get("fed_floor", 0.0) <= 1.0:
        yield "fed_floor is outside 0..1"
    yield from band_problems(data["bands"])
    keys = [row["key"] for row in data["measures"]]
    yield from (f"measure '{key}' appears twice" for key in sorted({k for k in keys if keys.count(k) > 1}))
    for row in [*data["measures"], *data.get("overrides", ())]:
        yield from _row_problems(row, keys)
    if math.fsum(row["weight"] for row in data["measures"]) <= 0.0:
        yield "no measure has a weight above 0"


def _row_problems(row: Mapping[str, Any], keys: list[str]) -> Iterator[str]:
    name = row.get("key") or row["measure"]
    if name not in keys:
        yield f"override for unknown measure '{name}'"
    if "weight" in row and not 0.0 <= row["weight"] <= 1000.0:
        yield f"weight of '{name}' is not a number from 0 to 1000"
    if "curve" in row:
        floor, target, ceiling = row["curve"]
        if not (floor < target < ceiling or floor > target > ceiling):
            yield f"curve of '{name}' does not run from floor over target to ceiling"
    for field in ("half_life_days", "full_sample", "window_days"):
        if field in row and not row[field] > 0:
            yield f"{field} of '{name}' must be above 0"
