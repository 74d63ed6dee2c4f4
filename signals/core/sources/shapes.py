"""The shape of a system's events: where account, time and id stand, and which signal each type of event gives.

Shapes are data (signals/library/shapes.toml); what a workspace changes for one source is laid over them here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from signals.core.sources.paths import check_path, text_at
from signals.core.sources.readings import Reading

AS_SENT = "="
PLACES = ("events", "type", "id", "account", "occurred_at", "subject", "value", "text")
MOST_TYPES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which signal an event of these types gives; none with an empty kind. With `also` rules below are asked, too.

    The kind "=" is the type itself, of a sender who speaks in our kinds.
    """

    types: tuple[str, ...]
    kind: str
    when: Mapping[str, tuple[str, ...]]
    value: Reading | None = None
    subject: Reading | None = None
    text: Reading | None = None
    occurred_at: str = ""
    also: bool = False

    def fits(self, event_type: str, event: Any) -> bool:
        """Answer whether the type is one of ours and every condition holds; words are compared without case."""
        if not any(fnmatchcase(event_type, each) for each in self.types):
            return False
        return all(text_at(event, path).lower() in words for path, words in self.when.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one kind of system speaks. `ignored` says of types that give no signal why that is so."""

    key: str
    name: str
    family: str
    summary: str
    paths: Mapping[str, str]
    rules: tuple[Rule, ...]
    ignored: Mapping[str, str]

    def reason_to_ignore(self, event_type: str) -> str:
        """Return why events of this type that no rule fits give no signal; "" when nobody has said so."""
        return next((why for each, why in self.ignored.items() if fnmatchcase(event_type, each)), "")


def parse_shapes(data: Mapping[str, Any]) -> Mapping[str, Shape]:
    """Return the shapes of the library by key; a KeyError or TypeError means a broken library."""
    return MappingProxyType({row["key"]: _shape(row) for row in data["shapes"]})


def adapted(shape: Shape, *, paths: Mapping[str, str], kinds: Mapping[str, str]) -> Shape:
    """Return the shape with a source's own paths and kinds laid over it.

    `kinds` maps their types to our kinds; an empty kind leaves the type out. Own kinds come before the shape's rules.
    """
    chosen = {name: path for name, path in paths.items() if name in PLACES and path}
    own = tuple(_own_rule(each, kind, {**shape.paths, **chosen}) for each, kind in kinds.items())
    rules = tuple(_with_paths(rule, chosen) for rule in shape.rules)
    return replace(shape, paths={**shape.paths, **chosen}, rules=(*own, *rules))


def check_paths(paths: Mapping[str, str]) -> dict[str, str]:
    """Return the paths that say something; raise PathInvalid for one that cannot be a path."""
    return {name: check_path(path) for name, path in paths.items() if name in PLACES and path.strip()}


def _own_rule(event_type: str, kind: str, paths: Mapping[str, str]) -> Rule:
    def reading(name: str, way: Any) -> Reading | None:
        return Reading(path=paths[name], way=way) if paths.get(name) else None

    return Rule(
        types=(event_type,),
        kind=kind,
        when={},
        value=reading("value", "number"),
        subject=reading("subject", "text"),
        text=reading("text", "plain"),
    )


def _with_paths(rule: Rule, chosen: Mapping[str, str]) -> Rule:
    """Return the rule reading subject, value and text where this source keeps them."""
    changed = {
        name: replace(reading, path=chosen[name])
        for name in ("subject", "value", "text")
        if name in chosen and (reading := getattr(rule, name)) is not None and reading.way != "constant"
    }
    return replace(rule, **changed) if changed else rule


def _shape(row: Mapping[str, Any]) -> Shape:
    return Shape(
        key=row["key"],
        name=row["name"],
        family=row["family"],
        summary=row["summary"],
        paths={name: check_path(path) for name, path in row["paths"].items()},
        rules=tuple(_rule(each) for each in row.get("rules", ())),
        ignored=dict(row.get("ignored", {})),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    when = {path: tuple(word.lower() for word in words) for path, words in row.get("when", {}).items()}
    return Rule(
        types=tuple(row["types"]),
        kind=row["kind"],
        when=when,
        value=_reading(row.get("value"), "number"),
        subject=_reading(row.get("subject"), "text"),
        text=_reading(row.get("text"), "text"),
        occurred_at=row.get("occurred_at", ""),
        also=row.get("also", False),
    )


def _reading(given: Any, way: Any) -> Reading | None:
    """Return a reading from a table, a path, or a number that is meant as it stands."""
    if given is None:
        return None
    if isinstance(given, str):
        return Reading(path=check_path(given), way=way)
    if isinstance(given, int | float):
        return Reading(constant=float(given), way="constant")
    return Reading(**{"way": way, **given})
