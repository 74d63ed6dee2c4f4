"""What was typed into a form of the editor, as the table of a definition. All of it is kept, right or wrong."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dashboards.core.playbooks.conditions import typed_condition
from dashboards.core.playbooks.fields import Entry, Field
from dashboards.core.playbooks.tables import Table, closed, opened, put
from playbooks.core.editing.content import key_of

MOST_ROWS = 60
UNTELLING = (Entry.TRUTH, Entry.ROWS)
"""What does not say that a row is meant."""


def typed_table(fields: Iterable[Field], post: Mapping[str, Any], existing: Mapping[str, Any]) -> Table:
    """Return the table with what was typed; what the form does not show stays as it is.

    `post` gives the text of an input, and a list for inputs that may be there several times.
    """
    table = opened(existing)
    for field in fields:
        put(table, field.name, _value(field, field.name, post))
    return closed(table)


def _value(field: Field, name: str, post: Mapping[str, Any]) -> Any:
    if field.entry is Entry.CONDITION:
        return typed_condition(name, post)
    if field.entry is Entry.ROWS:
        return _rows(field, name, post)
    if field.entry is Entry.OFFSET:
        return _offset(name, post)
    if field.entry is Entry.CHOICES:
        return list(post.get(f"{name}:many", ()))
    typed = str(post.get(name, "")).replace("\r\n", "\n")
    text = typed.strip()
    if field.entry is Entry.LONG and text:
        return typed
    if field.entry is Entry.TRUTH:
        # A tick that a form may leave out is not written down as "no": the plain table stays as it was.
        return text == "yes" or (None if field.is_optional else False)
    if field.entry is Entry.LINES:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return None if field.is_optional and not lines else lines
    if not text and (field.is_optional or field.entry in (Entry.WHOLE, Entry.NUMBER)):
        return None
    return number(text) if field.entry in (Entry.WHOLE, Entry.NUMBER) else text


def _offset(name: str, post: Mapping[str, Any]) -> object:
    count = number(str(post.get(f"{name}:count", "")).strip())
    if count == "":
        return None
    return -count if isinstance(count, int) and post.get(f"{name}:side") == "before" else count


def _rows(field: Field, name: str, post: Mapping[str, Any]) -> list[Table]:
    numbers = sorted({int(found.group(1)) for key in post if (found := re.match(rf"{re.escape(name)}:(\d+):", key))})
    rows = [(at, {each.name: _value(each, f"{name}:{at}:{each.name}", post) for each in field.rows}) for at in numbers]
    kept: list[Table] = []
    for at, row in rows[:MOST_ROWS]:
        if not any(row[each.name] not in (None, "", []) for each in field.rows if each.entry not in UNTELLING):
            continue
        made = {key: value for key, value in row.items() if value is not None}
        if field.key_from:
            key = str(post.get(f"{name}:{at}:key", ""))
            taken = [str(other["key"]) for other in kept] + [
                str(post.get(f"{name}:{each}:key", "")) for each in numbers
            ]
            made = {"key": key or key_of(str(made.get(field.key_from, "")), taken), **made}
        kept.append(made)
    return kept


def number(text: str) -> int | float | str:
    """Return a number that was typed, the text itself when it is none; "1,5" counts as one and a half."""
    plain = text.replace("−", "-").replace(",", ".")
    if re.fullmatch(r"[-+]?\d{1,9}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"[-+]?\d{1,12}\.\d{1,9}", plain) else text
