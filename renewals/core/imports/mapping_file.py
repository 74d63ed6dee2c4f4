"""Mapping files as TOML: read and checked with line-exact words, and written for people to edit."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from renewals.core.imports.cells.dates import DateOrder
from renewals.core.imports.cells.numbers import DecimalMark, PercentScale
from renewals.core.imports.mapping import AttributeRule, ImportMapping, OutcomeRule, Reading
from renewals.core.imports.problems import MappingRefused
from renewals.core.imports.specs import KindSpec

_SECTION_WORDS = "kind dataset source columns compose constants values attributes outcome only skip history reading"
_SECTIONS = _SECTION_WORDS.split()
_READINGS: Mapping[str, tuple[str, ...]] = {
    "date_order": ("day_first", "month_first"),
    "decimal": ("point", "comma"),
    "percent": ("fraction", "percent"),
    "encoding": (),
    "separator": (),
    "sheet": (),
}
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_mapping(text: str, *, kinds: Mapping[str, KindSpec]) -> ImportMapping:
    """Return the mapping a TOML text describes; raises MappingRefused with the place and the nearest right word."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(f"The mapping is not TOML: {error}.") from error
    _known(data, _SECTIONS, "section")
    kind = str(data.get("kind", ""))
    if kind not in kinds:
        raise MappingRefused(f"Kind '{kind}' is unknown.{_hint(kind, list(kinds))}", where="kind")
    mapping = ImportMapping(
        kind=kind,
        dataset=_string(data, "dataset"),
        source=_string(data, "source"),
        columns=_strings(data, "columns"),
        compose=_strings(data, "compose"),
        constants=_constants(data),
        values={name: _strings(data["values"], name) for name in _table(data, "values")},
        attributes=_attributes(_table(data, "attributes")),
        outcome=_outcome(_table(data, "outcome")),
        only=_lists(data, "only"),
        skip=_lists(data, "skip"),
        observed_until=_observed_until(_table(data, "history")),
        reading=_reading(_table(data, "reading")),
    )
    check_mapping(mapping, kinds[kind])
    return mapping


def check_mapping(mapping: ImportMapping, spec: KindSpec) -> None:
    """Raise MappingRefused when the mapping names fields the kind does not have, or sections it does not take."""
    for section in ("columns", "compose", "constants", "values"):
        for name in getattr(mapping, section):
            if name not in spec.by_name:
                names = list(spec.by_name)
                raise MappingRefused(
                    f"{spec.label} have no field '{name}'.{_hint(name, names)} Fields: {', '.join(names)}.",
                    where=f"[{section}]",
                )
    rule = mapping.attributes
    if (rule.include_all or rule.include) and not spec.keeps_attributes:
        raise MappingRefused(f"{spec.label} keep no attributes.", where="[attributes]", remedy="Leave the section out.")
    if mapping.observed_until and spec.name != "contracts":
        raise MappingRefused("Only contracts have a history.", where="[history]", remedy="Leave the section out.")
    if mapping.outcome and not spec.takes_outcome:
        raise MappingRefused(f"{spec.label} take no outcome.", where="[outcome]", remedy="Leave the section out.")


def write_mapping(mapping: ImportMapping, *, comments: Mapping[str, str] | None = None) -> str:
    """Return the mapping as TOML that `read_mapping` gives back; `comments` stand behind fields of [columns]."""
    notes = comments or {}
    lines = [f"kind = {_quoted(mapping.kind)}"]
    lines += [f"{key} = {_quoted(value)}" for key in ("dataset", "source") if (value := getattr(mapping, key))]
    lines += _section("columns", mapping.columns, notes)
    lines += _section("compose", mapping.compose, {})
    lines += _section("constants", mapping.constants, {})
    for name, words in mapping.values.items():
        lines += _section(f"values.{_key(name)}", words, {})
    lines += _attribute_lines(mapping.attributes)
    if mapping.outcome:
        rule = mapping.outcome
        lines += ["", "[outcome]", f"column = {_quoted(rule.column)}"]
        lines += [f"churned = {_quoted_list(rule.churned)}", f"renewed = {_quoted_list(rule.renewed)}"]
    for section in ("only", "skip"):
        table: Mapping[str, Sequence[str]] = getattr(mapping, section)
        lines += ["", f"[{section}]"] if table else []
        lines += [f"{_key(column)} = {_quoted_list(words)}" for column, words in table.items()]
    if mapping.observed_until:
        lines += ["", "[history]", f"observed_until = {_quoted(mapping.observed_until)}"]
    answers = {name: value for name in _READINGS if (value := getattr(mapping.reading, name))}
    return "\n".join((*lines, *_section("reading", answers, {}))) + "\n"


def _section(name: str, table: Mapping[str, str], comments: Mapping[str, str]) -> list[str]:
    if not table:
        return []
    notes = {key: f"  # {' '.join(comments[key].split())}" for key in table if key in comments}
    return ["", f"[{name}]"] + [f"{_key(key)} = {_quoted(value)}{notes.get(key, '')}" for key, value in table.items()]


def _attribute_lines(rule: AttributeRule) -> list[str]:
    if not (rule.include_all or rule.include):
        return []
    included = '"*"' if rule.include_all else _quoted_list(rule.include)
    lines = ["", "[attributes]", f"include = {included}"]
    return lines + ([f"exclude = {_quoted_list(rule.exclude)}"] if rule.exclude else [])


def _attributes(table: Mapping[str, object]) -> AttributeRule:
    _known(table, ("include", "exclude"), "key", where="[attributes]")
    include = table.get("include", [])
    return AttributeRule(
        include_all=include == "*",
        include=() if include == "*" else _tuple(include, "[attributes] include"),
        exclude=_tuple(table.get("exclude", []), "[attributes] exclude"),
    )


def _outcome(table: Mapping[str, object]) -> OutcomeRule | None:
    if not table:
        return None
    _known(table, ("column", "churned", "renewed"), "key", where="[outcome]")
    rule = OutcomeRule(
        column=str(table.get("column", "")),
        churned=_tuple(table.get("churned", []), "[outcome] churned"),
        renewed=_tuple(table.get("renewed", []), "[outcome] renewed"),
    )
    if not rule.column or not (rule.churned or rule.renewed):
        raise MappingRefused("An outcome needs its column and the words for churned or renewed.", where="[outcome]")
    return rule


def _reading(table: Mapping[str, object]) -> Reading:
    _known(table, tuple(_READINGS), "key", where="[reading]")
    for name, value in table.items():
        allowed = _READINGS[name]
        if allowed and value not in allowed:
            raise MappingRefused(f"{name} is {' or '.join(allowed)}, not '{value}'.", where="[reading]")
    said = {name: str(table.get(name, "")) for name in _READINGS}
    return Reading(
        date_order=cast("DateOrder", said["date_order"]),
        decimal=cast("DecimalMark", said["decimal"]),
        percent=cast("PercentScale", said["percent"]),
        encoding=said["encoding"],
        separator=said["separator"],
        sheet=said["sheet"],
    )


def _observed_until(table: Mapping[str, object]) -> str:
    _known(table, ("observed_until",), "key", where="[history]")
    text = str(table.get("observed_until", ""))
    if text and text != "last_start" and not _ISO_DATE.fullmatch(text):
        raise MappingRefused('observed_until is a date such as "2026-03-31", or "last_start".', where="[history]")
    return text


def _constants(data: Mapping[str, object]) -> dict[str, str]:
    table = _table(data, "constants")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in table.items()}


def _table(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise MappingRefused(f"[{name}] is a section.", where=f"[{name}]")
    return table


def _strings(data: object, name: str) -> dict[str, str]:
    table = _table(cast("Mapping[str, object]", data), name)
    for key, value in table.items():
        if not isinstance(value, str):
            raise MappingRefused(f'{key} takes a text in quotes, as in {key} = "column".', where=f"[{name}]")
    return cast("dict[str, str]", table)


def _lists(data: Mapping[str, object], name: str) -> dict[str, tuple[str, ...]]:
    return {key: _tuple(value, f"[{name}] {key}") for key, value in _table(data, name).items()}


def _string(data: Mapping[str, object], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise MappingRefused(f"{name} takes a text in quotes.", where=name)
    return value


def _tuple(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MappingRefused('Write a list of texts, as in ["Yes", "No"].', where=where)
    return tuple(value)


def _known(table: Mapping[str, object], allowed: Sequence[str], noun: str, *, where: str = "") -> None:
    for name in table:
        if name not in allowed:
            hint = _hint(name, allowed)
            raise MappingRefused(f"'{name}' is no {noun} of a mapping.{hint} Known: {', '.join(allowed)}.", where=where)


def _hint(word: str, words: Sequence[str]) -> str:
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _quoted_list(texts: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"
