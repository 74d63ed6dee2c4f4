"""What one content of a playbook changes against another, in words: "Step “Options”, at: 09:30 became 10:00"."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashboards.core.parts import Difference
from dashboards.core.playbooks.fields import Entry, Field
from dashboards.core.playbooks.sections import SECTIONS
from dashboards.core.playbooks.step_fields import MESSAGE, STEP
from dashboards.core.playbooks.tables import opened, value_at
from dashboards.core.playbooks.words import NOTHING, said, shortened
from playbooks.core.editing.content import items_of

LISTS = ("phases", "exits", "decision_rights", "escalation", "success")
NAMED_BY = ("name", "reason", "label", "decision", "trigger", "metric", "key")


def content_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return each change from one content to the other, in the order of the editor; equal contents have none."""
    return tuple(_changes(before, after))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = before.get("playbook", {}), after.get("playbook", {})
    for section in SECTIONS:
        if section.base[0] == "pilot":
            yield from _fields(section.fields, before.get("pilot") or {}, after.get("pilot") or {}, "Pilot")
            continue
        base = ".".join(section.base[1:])
        sides = [(value_at(side, base) or {}) if base else side for side in (old, new)]
        plain = tuple(field for field in section.fields if field.entry is not Entry.ROWS)
        yield from _fields(plain, sides[0], sides[1], "")
        for field in section.fields:
            if field.entry is Entry.ROWS:
                yield from _items(items_of(before, field.name), items_of(after, field.name), field.rows, field.noun)
    yield from _items(items_of(before, "steps"), items_of(after, "steps"), STEP.fields, "step")
    yield from _order(items_of(before, "steps"), items_of(after, "steps"))
    yield from _items(items_of(before, "templates"), items_of(after, "templates"), MESSAGE.fields, "message")


def _items(
    before: list[dict[str, Any]], after: list[dict[str, Any]], fields: Iterable[Field], noun: str
) -> Iterator[Difference]:
    """Items are the same when their keys are; those without keys when they stand at the same place."""
    old, new = _by_key(before), _by_key(after)
    for key in {**new, **old}:
        where = f"{noun.capitalize()} “{_name(new.get(key) or old[key])}”"
        if key not in old:
            yield Difference(field=where, before="", after="added")
        elif key not in new:
            yield Difference(field=where, before="in use", after="taken out")
        else:
            yield from _fields(fields, old[key], new[key], where)


def _fields(
    fields: Iterable[Field], before: Mapping[str, Any], after: Mapping[str, Any], where: str
) -> Iterator[Difference]:
    old, new = opened(before), opened(after)
    for field in fields:
        was, is_now = value_at(old, field.name), value_at(new, field.name)
        if was == is_now or (was in (None, "", []) and is_now in (None, "", [])):
            continue
        if field.entry is Entry.ROWS:
            yield from _rows(field, was, is_now, where)
            continue
        label = field.label[:1].lower() + field.label[1:] if where else field.label
        words = f"{where}, {label}" if where else label
        yield Difference(field=words, before=said(field, was), after=said(field, is_now))


def _rows(field: Field, was: Any, is_now: Any, where: str) -> Iterator[Difference]:
    sides = [[row for row in side if isinstance(row, dict)] if isinstance(side, list) else [] for side in (was, is_now)]
    for each in _items(sides[0], sides[1], field.rows, field.noun):
        yield Difference(
            field=f"{where}: {each.field[:1].lower()}{each.field[1:]}", before=each.before, after=each.after
        )


def _order(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Difference]:
    old, new = list(_by_key(before)), list(_by_key(after))
    if [key for key in old if key in new] != [key for key in new if key in old]:
        names = [", ".join(_name(item) for item in side) or NOTHING for side in (before, after)]
        yield Difference(field="Order of the steps", before=shortened(names[0]), after=shortened(names[1]))


def _by_key(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(item.get("key") or at): item for at, item in enumerate(items)}


def _name(item: Mapping[str, Any]) -> str:
    return next((str(item[name]) for name in NAMED_BY if item.get(name)), "without a name")
