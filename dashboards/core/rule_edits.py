"""What people typed into the forms of a draft, read as edits of its rules; a problem is told beside its field."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signals.core.editing.inheritance import EVERYWHERE, Place
from signals.core.editing.values import RulePath

WEIGHT_PREFIX = "w"
CURVE = ("floor", "target", "ceiling")
SPANS: Mapping[str, str] = {
    "window_days": "Days looked back",
    "half_life_days": "Half-life in days",
    "stale_after_days": "Days without news of the account before it ages",
    "silent_after_days": "Days of silence of the source before it ages",
    "full_sample": "Inputs for full confidence",
}
WHOLE_DAYS = ("window_days", "stale_after_days", "silent_after_days")
INPUTS: Mapping[str, str] = {
    "coefficient": "Coefficient",
    "centre": "Centre",
    "scale": "Scale",
    "low": "Least",
    "high": "Most",
    "weight": "Weight in the coverage",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says: the edits, and the problems by field name. With a problem nothing is to be kept."""

    edits: dict[RulePath, Any]
    problems: dict[str, str]


def weight_name(measure: str, place: Place) -> str:
    """Return the name of the field for a weight."""
    return f"{WEIGHT_PREFIX}:{measure}:{place.segment or ''}:{place.complexity or ''}"


def typed_weights(fields: Mapping[str, str]) -> Typed:
    """Return the weights typed; an empty field of a kind of account gives its weight back to inheritance."""
    edits: dict[RulePath, Any] = {}
    problems: dict[str, str] = {}
    for name, text in fields.items():
        prefix, _, rest = name.partition(":")
        if prefix != WEIGHT_PREFIX or rest.count(":") != 2:
            continue
        measure, segment, complexity = rest.split(":")
        place = Place(segment or None, complexity or None)
        path = RulePath(part="measure", key=measure, field="weight", place=place)
        _take(path, name, text, (edits, problems), may_be_empty=place != EVERYWHERE)
    return Typed(edits, problems)


def typed_measure(fields: Mapping[str, str], measure: str, place: Place) -> Typed:
    """Return curve and spans typed for one measure; all three points of a curve, or none of them to inherit it."""
    edits: dict[RulePath, Any] = {}
    problems: dict[str, str] = {}
    may_be_empty = place != EVERYWHERE
    points = [fields.get(name, "").strip() for name in CURVE]
    path = RulePath(part="measure", key=measure, field="curve", place=place)
    if may_be_empty and not any(points):
        edits[path] = None
    else:
        read = {name: _number(text) for name, text in zip(CURVE, points, strict=True)}
        problems |= {name: "Give a number." for name, value in read.items() if value is None}
        if not problems and not _is_run([read[name] or 0.0 for name in CURVE]):
            problems["target"] = "The target has to lie between floor and ceiling."
        edits[path] = [read[name] for name in CURVE]
    for field in SPANS:
        path = RulePath(part="measure", key=measure, field=field, place=place)
        _take(path, field, fields.get(field, ""), (edits, problems), may_be_empty=may_be_empty)
    return Typed(edits, problems)


def typed_limits(fields: Mapping[str, str], bands: tuple[str, ...]) -> Typed:
    """Return the limits between bands and the coverage floor (typed in per cent); the limits must rise within 0-100."""
    edits: dict[RulePath, Any] = {}
    problems: dict[str, str] = {}
    before = 0.0
    for key in bands[:-1]:
        name = f"limit:{key}"
        _take(RulePath(part="band", key=key, field="high"), name, fields.get(name, ""), (edits, problems))
        value = _number(fields.get(name, ""))
        if value is not None and not before < value < 100.0:
            problems[name] = f"Give a number above {before:g} and below 100."
        before = value if value is not None else before
    floor = _number(fields.get("coverage_floor", "").rstrip("% "))
    if floor is None or not 0.0 <= floor <= 100.0:
        problems["coverage_floor"] = "Give a share from 0 to 100 %."
    else:
        edits[RulePath(part="scorecard", field="coverage_floor")] = floor / 100.0
    return Typed(edits, problems)


def typed_inputs(fields: Mapping[str, str], inputs: tuple[str, ...], segments: tuple[str, ...]) -> Typed:
    """Return the numbers typed for the inputs of risk, and the usual loss of each segment (typed in per cent)."""
    edits: dict[RulePath, Any] = {}
    problems: dict[str, str] = {}
    for key in inputs:
        for field in INPUTS:
            name = f"i:{key}:{field}"
            _take(RulePath(part="input", key=key, field=field), name, fields.get(name, ""), (edits, problems))
    for segment in segments:
        name = f"b:{segment}"
        share = _number(fields.get(name, "").rstrip("% "))
        if share is None or not 0.0 < share < 100.0:
            problems[name] = "Give a share above 0 and below 100 %."
        else:
            log_odds = round(math.log(share / (100.0 - share)), 3)
            edits[RulePath(part="base", key=segment, field="log_odds")] = log_odds
    return Typed(edits, problems)


def _take(
    path: RulePath,
    name: str,
    text: str,
    found: tuple[dict[RulePath, Any], dict[str, str]],
    *,
    may_be_empty: bool = False,
) -> None:
    edits, problems = found
    if not text.strip() and may_be_empty:
        edits[path] = None
        return
    value = _number(text)
    if value is None:
        problems[name] = "Give a number."
    elif path.field in WHOLE_DAYS:
        edits[path] = round(value)
    else:
        edits[path] = value


def _number(text: str) -> float | None:
    """Return a finite number, with point or comma; None for anything else."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_run(points: list[float]) -> bool:
    floor, target, ceiling = points
    return floor < target < ceiling or floor > target > ceiling
