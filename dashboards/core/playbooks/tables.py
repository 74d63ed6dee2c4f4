"""Values of a table by dotted name, and the two shapes a definition has that a form has not: anchors, re-enrolment."""

from collections.abc import Mapping
from typing import Any

from playbooks.core.editing.content import key_of

Table = dict[str, Any]


def value_at(table: object, name: str) -> Any:
    """Return the value under a dotted name; None when a part of the way is missing."""
    found = table
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def put(table: Table, name: str, value: Any) -> None:
    """Put a value under a dotted name; None takes it out, and a table that is empty then goes with it."""
    head, _, rest = name.partition(".")
    if not rest:
        if value is None:
            table.pop(head, None)
        else:
            table[head] = value
        return
    inner = dict(table[head]) if isinstance(table.get(head), Mapping) else {}
    put(inner, rest, value)
    put(table, head, inner or None)


def opened(table: Mapping[str, Any]) -> Table:
    """Return a table as a form shows it: an anchor with count and unit, re-enrolment always with its mode."""
    made = dict(table)
    anchor = made.get("anchor")
    if isinstance(anchor, Mapping):
        unit = "business_days" if "business_days" in anchor else "days"
        rest = {name: value for name, value in anchor.items() if name not in ("days", "business_days")}
        made["anchor"] = {**rest, "unit": unit, "days": anchor.get(unit)}
    if isinstance(made.get("re_enrolment"), str):
        made["re_enrolment"] = {"mode": made["re_enrolment"]}
    return made


def closed(table: Mapping[str, Any]) -> Table:
    """Return a table as a definition has it; the opposite of `opened`. A branch's last path gets its key."""
    made = dict(table)
    anchor = made.get("anchor")
    if isinstance(anchor, Mapping):
        made["anchor"] = _closed_anchor(dict(anchor))
    rule = made.get("re_enrolment")
    if isinstance(rule, Mapping) and not {"times", "per_days"} & set(rule):
        made["re_enrolment"] = rule.get("mode", "")
    otherwise = made.get("otherwise")
    if isinstance(otherwise, Mapping) and not otherwise.get("key"):
        taken = [str(path.get("key", "")) for path in made.get("paths", ()) if isinstance(path, Mapping)]
        made["otherwise"] = {**otherwise, "key": key_of(str(otherwise.get("label", "")), taken)}
    return made


def _closed_anchor(anchor: Table) -> Table:
    unit, count = anchor.pop("unit", "days") or "days", anchor.pop("days", None)
    if anchor.get("from") == "after_previous" and isinstance(count, int):
        count = abs(count)
    return {**anchor, unit: count} if count is not None else anchor


def part_of(content: Mapping[str, Any], base: tuple[str, ...], place: int | None) -> Table:
    """Return the table at a base of the content, of the item at `place` for a list; an empty one when missing."""
    found: Any = content
    for name in base:
        found = found.get(name) if isinstance(found, Mapping) else None
    if place is not None:
        found = found[place] if isinstance(found, list) and 0 <= place < len(found) else None
    return dict(found) if isinstance(found, Mapping) else {}


def with_part(content: Mapping[str, Any], base: tuple[str, ...], place: int | None, table: Table) -> Table:
    """Return the content with the table at a base replaced; an empty table that may be missing is taken out."""
    if not base:
        return table
    head, *rest = base
    made = dict(content)
    if rest:
        inner = made.get(head)
        made[head] = with_part(inner if isinstance(inner, Mapping) else {}, tuple(rest), place, table)
    elif place is not None:
        items = list(made.get(head) or [])
        items[place] = table
        made[head] = items
    elif head == "pilot" and not table:
        made.pop(head, None)
    else:
        made[head] = table
    return made
