"""A definition as single values, each with its path: the common ground of differences, edits and merges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from signals.core.editing.inheritance import EVERYWHERE, Place, place_of
from signals.core.scorecard import CHANGEABLE

Part = Literal["scorecard", "band", "measure", "base", "input", "cell", "risk_levels", "expansion_levels"]
TOP = (
    "name",
    "coverage_floor",
    "fed_floor",
    "margin_points",
    "days_to_confirm",
    "least_days_before_less_care",
    "longest_override_days",
)
LEVELS: tuple[Part, ...] = ("risk_levels", "expansion_levels")
WHOLE = "whole"
"""The field that stands for a measure or input itself: what it is, without the numbers that are edited one by one."""

NUMBERS_OF_INPUT = ("coefficient", "centre", "scale", "low", "high", "weight")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePath:
    """Where a value stands: the part, its key, the field, and for a measure the kind of account."""

    part: Part
    field: str
    key: str = ""
    place: Place = EVERYWHERE


def values_of(definition: Mapping[str, Any]) -> dict[RulePath, Any]:
    """Return every value of a definition by its path; reasons of overrides are left out."""
    return dict(_values(definition))


def _values(definition: Mapping[str, Any]) -> Iterator[tuple[RulePath, Any]]:
    for name in TOP:
        if name in definition:
            yield RulePath(part="scorecard", field=name), definition[name]
    for band in definition.get("bands", ()):
        yield RulePath(part="band", key=band["key"], field="high"), float(band["high"])
    for row in definition.get("measures", ()):
        yield from _measure(row)
    for row in definition.get("overrides", ()):
        place = place_of(row)
        for field in CHANGEABLE:
            if field in row:
                yield RulePath(part="measure", key=row["measure"], field=field, place=place), _plain(row[field])
    for segment, log_odds in definition.get("base", {}).items():
        yield RulePath(part="base", key=segment, field="log_odds"), float(log_odds)
    for row in definition.get("inputs", ()):
        yield from _input(row)
    yield from _tiers(definition)


def _tiers(definition: Mapping[str, Any]) -> Iterator[tuple[RulePath, Any]]:
    for name in LEVELS:
        for level in definition.get(name, ()):
            yield RulePath(part=name, key=level["key"], field="high"), float(level["high"])
    for row in definition.get("cells", ()):
        yield RulePath(part="cell", key=cell_key(row), field="tier"), row["tier"]


def cell_key(row: Mapping[str, Any]) -> str:
    """Return the key of a cell of the tier rule: both levels."""
    return f"{row['risk']}:{row['expansion']}"


def _measure(row: Mapping[str, Any]) -> Iterator[tuple[RulePath, Any]]:
    whole = {name: value for name, value in row.items() if name not in CHANGEABLE}
    yield RulePath(part="measure", key=row["key"], field=WHOLE), whole
    for field in CHANGEABLE:
        yield RulePath(part="measure", key=row["key"], field=field), _plain(row[field])


def _input(row: Mapping[str, Any]) -> Iterator[tuple[RulePath, Any]]:
    whole = {name: value for name, value in row.items() if name not in NUMBERS_OF_INPUT}
    yield RulePath(part="input", key=row["key"], field=WHOLE), whole
    for field in NUMBERS_OF_INPUT:
        yield RulePath(part="input", key=row["key"], field=field), float(row[field])


def _plain(value: Any) -> Any:
    return [float(each) for each in value] if isinstance(value, list | tuple) else float(value)
