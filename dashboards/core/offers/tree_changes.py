"""What a draft changes in a decision tree, in the words of its form instead of keys and fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboards.core.offers.plays import KINDS, PLAYS
from dashboards.core.offers.tree_form import LABELS, name_of, rows_of
from dashboards.core.offers.words import CAPABILITIES
from dashboards.core.parts import Difference

LISTS = {"questions": "Question", "outcomes": "Outcome", "answers": "answer"}
VALUES: Mapping[str, Mapping[str, str]] = {
    "play": {key: words for key, (words, _) in PLAYS.items()},
    "kind": KINDS,
    "capability": CAPABILITIES,
}


def tree_changes(
    changes: Sequence[Difference], before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return the changes of a tree with questions, answers and outcomes called by what they say; keys are left out."""
    either = (after, before or {})
    return tuple(
        replace(
            each,
            field=_place(each.field.split(" › "), either),
            before=_value(each.field, each.before, before or {}),
            after=_value(each.field, each.after, after),
        )
        for each in changes
        if not each.field.endswith(" › key") and (each.before or each.after)
    )


def _place(parts: list[str], either: tuple[Mapping[str, Any], ...]) -> str:
    words = []
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else ""
        if part in LISTS:
            continue
        if before == "answers":
            words.append(f"answer “{_answer(parts[at - 2], part, either)}”")
        elif before in LISTS:
            words.append(f"{LISTS[before]} “{_first(part, either)}”")
        else:
            words.append(LABELS.get(part, part) if part != "text" else "what it says")
    return " › ".join(words)


def _first(key: str, either: tuple[Mapping[str, Any], ...]) -> str:
    return next((found for content in either if (found := name_of(content, key)) != key), key)


def _answer(question: str, key: str, either: tuple[Mapping[str, Any], ...]) -> str:
    rows = (row for content in either for row in rows_of(content, "questions") if row.get("key") == question)
    found = (each for row in rows for each in rows_of(row, "answers") if each.get("key") == key)
    return next((str(each.get("text")) for each in found if each.get("text")), key)


def _value(field: str, value: str, content: Mapping[str, Any]) -> str:
    last = field.rpartition(" › ")[2]
    if last in ("leads_to", "start"):
        return name_of(content, value)
    return VALUES.get(last, {}).get(value, value)
