"""Bring a draft up to a version that was published meanwhile: what only one side changed is taken, both are told.

A draft and a version are plain tables; entries of a list are known by their key. Where both sides changed one place,
the draft's own value stays and the place is named, for a person to look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ABSENT: Any = object()
"""What a place holds that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """The draft on top of the newer version, and the places that both sides changed differently."""

    content: dict[str, Any]
    both: tuple[str, ...]


def caught_up(*, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> CaughtUp:
    """Return `mine` brought from `base` to `theirs`."""
    both: list[str] = []
    content = _tables(base, mine, theirs, "", both)
    return CaughtUp(content=content, both=tuple(both))


def _tables(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], place: str, both: list[str]
) -> dict[str, Any]:
    found = {}
    for name in dict.fromkeys((*theirs, *mine)):
        where = f"{place} › {name}" if place else str(name)
        value = _value(base.get(name, ABSENT), mine.get(name, ABSENT), theirs.get(name, ABSENT), where, both)
        if value is not ABSENT:
            found[name] = value
    return found


def _value(base: Any, mine: Any, theirs: Any, place: str, both: list[str]) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if all(isinstance(each, Mapping) for each in (mine, theirs)):
        return _tables(base if isinstance(base, Mapping) else {}, mine, theirs, place, both)
    if all(_is_keyed(each) for each in (mine, theirs)):
        entries = [_by_key(each) if _is_keyed(each) else {} for each in (base, mine, theirs)]
        return list(_tables(entries[0], entries[1], entries[2], place, both).values())
    both.append(place)
    return theirs if mine is ABSENT else mine


def _is_keyed(value: Any) -> bool:
    """A list of tables, each with a key of its own."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) and "key" in each for each in value):
        return False
    return len({each["key"] for each in value}) == len(value)


def _by_key(value: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {str(each["key"]): each for each in value}
