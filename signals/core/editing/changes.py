"""Differences between two definitions, edits of one, and the merge of a draft with what was published meanwhile.

Pure: a definition goes in, another comes out. Whether it can be used, the parsers say.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signals.core.editing.inheritance import EVERYWHERE, Place, measure_keys, place_of, setting_of
from signals.core.editing.values import LEVELS, WHOLE, RulePath, cell_key, values_of
from signals.core.scorecard import CHANGEABLE

Edits = Mapping[RulePath, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One value that differs; None on a side where it does not stand (inherited there, or no such measure).

    `inherited` is what holds on such a side instead; None where nothing does.
    """

    path: RulePath
    before: Any
    after: Any
    inherited: Any = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A draft on top of a newer version; `conflicts` were changed on both sides, and the draft's value was kept."""

    definition: dict[str, Any]
    conflicts: tuple[RuleChange, ...]


def rule_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[RuleChange, ...]:
    """Return what differs, in the order of the definitions; nothing for two that say the same."""
    old, new = values_of(before), values_of(after)
    paths = [*old, *(path for path in new if path not in old)]
    return tuple(
        RuleChange(
            path=path,
            before=old.get(path),
            after=new.get(path),
            inherited=_inherited(before if path not in old else after, path),
        )
        for path in paths
        if old.get(path) != new.get(path)
    )


def _inherited(definition: Mapping[str, Any], path: RulePath) -> Any:
    if path.part != "measure" or path.place == EVERYWHERE or path.key not in measure_keys(definition):
        return None
    return setting_of(definition, path.key, path.field, path.place).value


def with_edits(definition: Mapping[str, Any], edits: Edits, *, reason: str) -> dict[str, Any]:
    """Return the definition with these values; None takes a value away, so that it is inherited again.

    `reason` is kept with each new exception of a kind of account. A path that does not exist is left alone.
    """
    made: dict[str, Any] = copy.deepcopy(dict(definition))
    wholes_first = sorted(edits.items(), key=lambda each: each[0].field != WHOLE)
    for path, value in wholes_first:
        _set(made, path, value, reason)
    return made


def with_edges(definition: Mapping[str, Any], edges: tuple[float, ...]) -> dict[str, Any]:
    """Return the definition with these limits between its bands: one number ends a band and begins the next."""
    made: dict[str, Any] = copy.deepcopy(dict(definition))
    for place, edge in enumerate(edges):
        made["bands"][place]["high"] = edge
        made["bands"][place + 1]["low"] = edge
    return made


def merged(base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any], *, reason: str) -> Merge:
    """Return `theirs` with what `ours` changed since `base`."""
    mine = {change.path: change for change in rule_changes(base, ours)}
    other = {change.path: change for change in rule_changes(base, theirs)}
    conflicts = tuple(
        RuleChange(path=path, before=other[path].after, after=change.after)
        for path, change in mine.items()
        if path in other and other[path].after != change.after
    )
    edits = {path: change.after for path, change in mine.items()}
    return Merge(with_edits(theirs, edits, reason=reason), conflicts)


def _set(made: dict[str, Any], path: RulePath, value: Any, reason: str) -> None:
    if path.part == "scorecard":
        made[path.field] = value
    elif path.part == "band":
        _set_edge(made["bands"], path.key, value)
    elif path.part in LEVELS:
        _set_edge(made[path.part], path.key, value)
    elif path.part == "cell":
        next(row for row in made["cells"] if cell_key(row) == path.key)["tier"] = value
    elif path.part == "base":
        made["base"][path.key] = value
    elif path.part == "input":
        _set_row(made["inputs"], path, value)
    elif path.place != EVERYWHERE:
        _set_exception(made, path, value, reason)
    else:
        _set_row(made["measures"], path, value)
        if path.field == WHOLE and value is None:
            made["overrides"] = [row for row in made["overrides"] if row["measure"] != path.key]


def _set_edge(bands: list[dict[str, Any]], key: str, high: float) -> None:
    place = [band["key"] for band in bands].index(key)
    bands[place]["high"] = high
    if place + 1 < len(bands):
        bands[place + 1]["low"] = high


def _set_row(rows: list[dict[str, Any]], path: RulePath, value: Any) -> None:
    row = next((each for each in rows if each["key"] == path.key), None)
    if path.field == WHOLE:
        if value is None and row is not None:
            rows.remove(row)
        elif value is not None and row is not None:
            row.update(value)
        elif value is not None:
            rows.append(dict(value))
    elif row is not None and value is not None:
        row[path.field] = value


def _set_exception(made: dict[str, Any], path: RulePath, value: Any, reason: str) -> None:
    rows = made.setdefault("overrides", [])
    row = next((each for each in rows if each["measure"] == path.key and place_of(each) == path.place), None)
    if row is None and value is None:
        return
    if row is None:
        row = _exception(path.key, path.place)
        rows.append(row)
    if value is None:
        row.pop(path.field, None)
    elif row.get(path.field) != value:
        row[path.field], row["reason"] = value, reason
    if not any(field in row for field in CHANGEABLE):
        rows.remove(row)


def _exception(measure: str, place: Place) -> dict[str, Any]:
    parts = {"segment": place.segment, "complexity": place.complexity}
    return {"measure": measure, **{name: value for name, value in parts.items() if value is not None}, "reason": ""}
