"""Conditions as lines of a form, and read back from what was typed: a fact, a comparison, a value; all or any of them.

A condition nested deeper than that is shown, and typed, as it is written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.rule_words import SIGNS
from dashboards.core.wording import title
from playbooks.core.fields import FACT_FIELDS, FactKind
from renewals.core.conditions import Op

MODES = (("all", "all of these hold"), ("any", "any of these holds"))
SIGN_WORDS = {op.value: words for op, words in SIGNS.items()} | {Op.KNOWN.value: "is known"}
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
MOST_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison of a form; `name` is what its inputs are called by."""

    name: str
    fact: str = ""
    op: str = ""
    value: str = ""
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionForm:
    """A condition as a form: its lines, or its text; `words` say it in one sentence, "" when there is none."""

    name: str
    mode: str
    lines: tuple[Line, ...]
    written: str
    words: str


def condition_form(name: str, table: object, *, spare: int = 0) -> ConditionForm:
    """Return the form of a condition with so many empty lines behind it."""
    mode, parts = _split(table)
    lines = [_line(f"{name}:{at}", part) for at, part in enumerate(parts)]
    lines += [Line(name=f"{name}:{len(lines) + extra}") for extra in range(spare)]
    written = json.dumps(table, ensure_ascii=False, indent=1) if mode == "written" and table else ""
    return ConditionForm(
        name=name, mode=mode, lines=tuple(lines), written=written, words=condition_words(table) if table else ""
    )


def typed_condition(name: str, post: Mapping[str, str]) -> object:
    """Return the condition typed under `name`: a table, the text itself where it cannot be read, None for none."""
    if post.get(f"{name}:mode") == "written":
        return _read_written(post.get(f"{name}:written", "").strip())
    numbers = sorted(
        int(found.group(1)) for key in post if (found := re.fullmatch(rf"{re.escape(name)}:(\d+):fact", key))
    )
    parts = [part for at in numbers[:MOST_LINES] if (part := _typed_line(f"{name}:{at}", post)) is not None]
    if not parts:
        return None
    mode = "any" if post.get(f"{name}:mode") == "any" else "all"
    return parts[0] if len(parts) == 1 else {mode: parts}


def condition_words(table: object) -> str:
    """Return a condition in words, "risk score at least 60 and country is DE"; a broken one as it is written."""
    if not isinstance(table, Mapping) or not table:
        return str(table or "")
    for mode, link in (("all", " and "), ("any", " or ")):
        if isinstance(table.get(mode), list):
            return link.join(_inner_words(part) for part in table[mode])
    if "not" in table:
        return f"not {_inner_words(table['not'])}"
    op, value = str(table.get("op", "")), table.get("value")
    fact = fact_words(str(table.get("field", "")))
    if op == Op.KNOWN.value:
        return f"{fact} is {'not known' if value is False else 'known'}"
    return f"{fact} {SIGN_WORDS.get(op, op)} {value_words(value)}"


def fact_words(name: str) -> str:
    """Return a fact in words: "risk.score" is "risk score"."""
    return name.replace(".", " ").replace("_", " ")


def value_words(value: object) -> str:
    """Return a value of a condition as it is read: "Mid-market", "yes", "60"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " or ".join(value_words(each) for each in value)
    return str(value) if not isinstance(value, str) or value.isupper() else title(value)


def _inner_words(part: object) -> str:
    words = condition_words(part)
    return f"({words})" if isinstance(part, Mapping) and ("all" in part or "any" in part) else words


def _split(table: object) -> tuple[str, list[Any]]:
    """Return the mode and the simple parts of a condition; one that is not simple has none and is written."""
    if not table:
        return "all", []
    if not isinstance(table, Mapping):
        return "written", []
    for mode in ("all", "any"):
        parts = table.get(mode)
        if isinstance(parts, list) and len(table) == 1 and parts and all(_is_simple(part) for part in parts):
            return mode, parts
    return ("all", [table]) if _is_simple(table) else ("written", [])


def _is_simple(part: object) -> bool:
    if isinstance(part, Mapping) and set(part) == {"not"}:
        part = part["not"]
    return isinstance(part, Mapping) and "field" in part and set(part) <= {"field", "op", "value"}


def _line(name: str, part: Mapping[str, Any]) -> Line:
    is_negated = "not" in part
    inner = part["not"] if is_negated else part
    return Line(
        name=name,
        fact=str(inner.get("field", "")),
        op=str(inner.get("op", "")),
        value=_typed_form(inner.get("value")),
        is_negated=is_negated,
    )


def _typed_form(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _typed_line(name: str, post: Mapping[str, str]) -> dict[str, Any] | None:
    fact, op = post.get(f"{name}:fact", ""), post.get(f"{name}:op", "")
    if not fact:
        return None
    value = _typed_value(fact, op, post.get(f"{name}:value", "").strip())
    part: dict[str, Any] = {"field": fact, "op": op, "value": value}
    return {"not": part} if post.get(f"{name}:not") else part


def _typed_value(fact: str, op: str, text: str) -> object:
    if op in (Op.IN.value, Op.NOT_IN.value):
        return [each.strip() for each in text.split(",") if each.strip()]
    kind = FACT_FIELDS[fact].kind if fact in FACT_FIELDS else None
    if op == Op.KNOWN.value or (kind in (FactKind.TRUTH, None) and text.lower() in TRUTHS):
        return TRUTHS.get(text.lower(), True)
    return _number(text) if kind in (FactKind.NUMBER, None) else text


def _number(text: str) -> object:
    plain = text.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):
        return text
    return float(plain) if "." in plain else int(plain)


def _read_written(text: str) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
