"""Bring a draft over to a version that was published meanwhile: three ways, what does not conflict is kept.

Tables are merged by field, lists of parts by the parts' keys. Where both changed the same place to different things the
published version stands, and the draft's word is told with it, so that nothing is lost unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class _Absent:
    """What stands where nothing does."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place that differs: what stood in the base, in the draft, and in the published version (ABSENT: nothing)."""

    path: tuple[str, ...]
    base: Any
    draft: Any
    published: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """The merged content, the draft's changes that were carried over, and those that conflict and were not."""

    content: dict[str, Any]
    kept: tuple[Change, ...]
    conflicts: tuple[Change, ...]


def rebase(*, base: Mapping[str, Any], draft: Mapping[str, Any], published: Mapping[str, Any]) -> Rebased:
    """Return the draft's changes since `base` on top of `published`; the same three give the same answer."""
    kept: list[Change] = []
    conflicts: list[Change] = []
    made = _merge((), base, draft, published, kept, conflicts)
    return Rebased(content=made, kept=tuple(kept), conflicts=tuple(conflicts))


def _merge(
    path: tuple[str, ...], base: Any, draft: Any, published: Any, kept: list[Change], conflicts: list[Change]
) -> Any:
    if draft in (base, published):
        return published
    if published == base:
        kept.append(Change(path=path, base=base, draft=draft, published=published))
        return draft
    if all(isinstance(each, Mapping) for each in (base, draft, published)):
        return _merge_tables(path, base, draft, published, kept, conflicts)
    if all(_is_keyed(each) for each in (base, draft, published)):
        return _merge_lists(path, base, draft, published, kept, conflicts)
    conflicts.append(Change(path=path, base=base, draft=draft, published=published))
    return published


def _merge_tables(
    path: tuple[str, ...],
    base: Mapping[str, Any],
    draft: Mapping[str, Any],
    published: Mapping[str, Any],
    kept: list[Change],
    conflicts: list[Change],
) -> dict[str, Any]:
    made = {}
    for name in dict.fromkeys((*published, *draft, *base)):
        old, mine, theirs = (each.get(name, ABSENT) for each in (base, draft, published))
        value = _merge((*path, name), old, mine, theirs, kept, conflicts)
        if value is not ABSENT:
            made[name] = value
    return made


def _merge_lists(
    path: tuple[str, ...],
    base: list[Any],
    draft: list[Any],
    published: list[Any],
    kept: list[Change],
    conflicts: list[Change],
) -> list[Any]:
    """Parts are told apart by key; the order is the published one, unless only the draft has changed it."""
    olds, ours, news = ({item["key"]: item for item in each} for each in (base, draft, published))
    merged = _merge_tables(path, olds, ours, news, kept, conflicts)
    orders = [[key for key in each if key in merged] for each in (olds, ours, news)]
    shared = set.intersection(*(set(each) for each in orders))
    old, mine, theirs = ([key for key in each if key in shared] for each in orders)
    lead, follow = (orders[1], orders[2]) if theirs == old and mine != old else (orders[2], orders[1])
    return [merged[key] for key in _woven(lead, follow)]


def _woven(lead: list[str], follow: list[str]) -> list[str]:
    """Return the leading order with what only the other has put behind its own predecessor there."""
    order = list(lead)
    for place, key in enumerate(follow):
        if key not in order:
            before = next((each for each in reversed(follow[:place]) if each in order), None)
            order.insert(0 if before is None else order.index(before) + 1, key)
    return order


def _is_keyed(value: Any) -> bool:
    """Answer whether a list can be merged by keys: every part is a table with a key of its own."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) and item.get("key") for item in value):
        return False
    return len({item["key"] for item in value}) == len(value)
