"""Conditions from plain tables: `{field, op, value}`, `{all = […]}`, `{any = […]}`, `{not = {…}}`.

Every predicate is checked against a catalogue of facts, which each app brings; those on answers of a form against it,
in validation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from renewals.core.conditions import AllOf, AnyOf, Condition, FactValue, NotOf, Op, Predicate
from renewals.core.problems import did_you_mean
from renewals.core.reading import Reader

CONDITION = "E-CAD-13"
DEEPEST = 6
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
ANSWER = "answer."
"""Answers of information requests are facts of their own playbook: `answer.<step key>.<field key>`."""


class FactKind(StrEnum):
    """What may be compared with what."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    DATE = "date"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactField:
    """One fact with its kind and what it means; money is in the workspace's currency, probabilities are 0..1."""

    kind: FactKind
    meaning: str


Catalogue = Mapping[str, FactField]

NEVER: Condition = AnyOf(parts=())
"""A condition that is always no; stands in for one that could not be read."""


def read_condition(reader: Reader, name: str, *, facts: Catalogue) -> Condition | None:
    """Return the condition under `name` on these facts; None when there is none, or after telling what is wrong."""
    value = reader.raw(name)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reader.tell(
            CONDITION, f"'{name}' must be a table.", 'For example { field = "risk.score", op = "ge", value = 60 }.'
        )
        return None
    return _condition(Reader(value, f"{reader.where}, {name}", reader.problems), DEEPEST, facts)


def _condition(reader: Reader, depth: int, facts: Catalogue) -> Condition | None:
    groups = [name for name in ("all", "any", "not") if reader.has(name)]
    if depth == 0 or len(groups) > 1 or (groups and len(reader.table) > 1):
        reader.tell(CONDITION, "The condition is nested too deeply or mixes kinds.", "Use one of all, any, not, field.")
        return None
    if not groups:
        return _predicate(reader, facts)
    if groups == ["not"]:
        part = _condition(reader.child("not"), depth - 1, facts)
        return NotOf(part=part) if part is not None else None
    items = reader.children(groups[0], f"{reader.where}, {groups[0]}")
    parts = [_condition(item, depth - 1, facts) for item in items]
    if not parts:
        reader.tell(CONDITION, f"'{groups[0]}' is empty.", "List at least one condition.")
    if not parts or None in parts:
        return None
    read = tuple(part for part in parts if part is not None)
    return AllOf(parts=read) if groups == ["all"] else AnyOf(parts=read)


def _predicate(reader: Reader, facts: Catalogue) -> Predicate | None:
    field, op, value = reader.text("field"), reader.choice("op", Op), _fact_value(reader.raw("value"))
    reader.finish()
    if not field or op is None:
        return None
    if field.startswith(ANSWER):
        return Predicate(field=field, op=op, value=_dated(value))
    if field not in facts:
        reader.tell(CONDITION, f"'{field}' is not a fact.", did_you_mean(field, facts))
        return None
    why_not = why_incomparable(facts[field].kind, op, value)
    if why_not:
        reader.tell(CONDITION, f"'{field}' {op.value} {value!r}: {why_not}", "Compare it with a value of its own kind.")
        return None
    return Predicate(field=field, op=op, value=value)


def _fact_value(value: object) -> FactValue:
    if isinstance(value, str | int | float | Decimal | date) or value is None:
        return value
    if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
        return tuple(str(item) for item in value)
    return None


def _dated(value: FactValue) -> FactValue:
    """A form knows dates; stored as JSON they come back as text."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and ISO_DAY.match(value) else value
    except ValueError:
        return value


def why_incomparable(kind: FactKind, op: Op, value: FactValue) -> str:
    """Return why a fact of this kind cannot be compared so, empty when it can."""
    if op is Op.KNOWN:
        return "" if value is None or isinstance(value, bool) else "known takes true or false."
    if op in (Op.IN, Op.NOT_IN):
        is_listed = isinstance(value, tuple) and kind in (FactKind.TEXT, FactKind.LIST)
        return "" if is_listed else "a list of texts is needed."
    if op in (Op.LT, Op.LE, Op.GT, Op.GE) and kind not in (FactKind.NUMBER, FactKind.DATE):
        return f"{kind.value} has no order."
    return "" if _kind_of(value) is kind else f"the fact is a {kind.value}."


def _kind_of(value: FactValue) -> FactKind | None:
    if isinstance(value, bool):
        return FactKind.TRUTH
    if isinstance(value, int | float | Decimal):
        return FactKind.NUMBER
    if isinstance(value, date):
        return FactKind.DATE
    return FactKind.TEXT if isinstance(value, str) else None
