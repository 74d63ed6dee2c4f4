"""A mapping proposed for a file: each field's likeliest column, how sure that is, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from renewals.core.imports.mapping import AttributeRule, ImportMapping, OutcomeRule, Reading
from renewals.core.imports.plan import cell_parser
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

LEAST_SURE = 0.5
SAMPLE = 200
_SIGNS = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FITTING = frozenset(FieldType) - {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.IDENTIFIER}
_TRYING = Reading(date_order="day_first", decimal="point", percent="fraction")
_OUTCOME_NAMES = (
    *("churn", "churned", "is_churned", "churn_flag", "churn_value", "churn_label", "churn_status", "outcome"),
    *("cancelled", "canceled", "is_cancelled", "is_canceled", "terminated", "attrition", "attrition_flag"),
    *("left", "has_left", "exited", "has_exited", "lost", "is_lost"),
)
_CHURNED = frozenset(
    (
        "yes",
        "true",
        "1",
        "1.0",
        "churned",
        "lost",
        "cancelled",
        "canceled",
        "churn",
        "left",
        "exited",
        "gone",
        "terminated",
    )
)
_RENEWED = frozenset(("no", "false", "0", "0.0", "renewed", "won", "active", "retained", "stayed", "kept", "current"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposed mapping with, by field, how sure it is (0 to 1) and why."""

    mapping: ImportMapping
    confidence: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def suggest(spec: KindSpec, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Suggestion:
    """Return the likeliest mapping of these columns; a column fills one field at most, ids and names aside."""
    samples = {name: [row[i] for row in rows[:SAMPLE] if row[i].strip()] for i, name in enumerate(header) if name}
    outcome = _outcome(spec, header, rows)
    free = [name for name in samples if not (outcome and name == outcome.column)]
    ranked = sorted(
        (
            (sure, -place, field_spec, name, why)
            for place, field_spec in enumerate(spec.fields)
            for name in free
            for sure, why in [_likeness(field_spec, name, samples[name])]
            if sure >= LEAST_SURE
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    columns: dict[str, str] = {}
    confidence: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for sure, _, field_spec, name, why in ranked:
        if field_spec.name in columns or not _is_free(name, field_spec, columns):
            continue
        columns[field_spec.name] = name
        confidence[field_spec.name], reasons[field_spec.name] = round(sure, 2), why
    ordered = {field_spec.name: columns[field_spec.name] for field_spec in spec.fields if field_spec.name in columns}
    exclude = (outcome.column,) if outcome else ()
    keeps = AttributeRule(include_all=True, exclude=exclude) if spec.keeps_attributes else AttributeRule()
    mapping = ImportMapping(kind=spec.name, columns=ordered, attributes=keeps, outcome=outcome)
    return Suggestion(mapping=mapping, confidence=confidence, reasons=reasons)


def _is_free(column: str, spec: FieldSpec, columns: Mapping[str, str]) -> bool:
    """A column may be both the id and the name, as in a file that knows accounts by their name alone."""
    users = [name for name, used in columns.items() if used == column]
    return (
        not users
        or (users == ["external_id"] and spec.name in ("name", "product"))
        or (spec.name == "external_id" and set(users) <= {"name", "product"})
    )


def _likeness(spec: FieldSpec, column: str, sample: Sequence[str]) -> tuple[float, str]:
    by_name, why = _name_likeness(spec, column)
    if not by_name or spec.type not in _FITTING or not sample:
        return by_name, why
    parse = cell_parser(spec, _TRYING, UTC)
    fitting = sum(not parse(text).is_refused for text in sample) / len(sample)
    shown = f"{why}; {fitting:.0%} of {len(sample)} cells are a {spec.type.replace('_', ' ')}"
    return (by_name * (0.5 + 0.5 * fitting) if fitting >= 0.5 else by_name * 0.4), shown


def _name_likeness(spec: FieldSpec, column: str) -> tuple[float, str]:
    plain = plain_name(column)
    if plain in (plain_name(spec.name), plain_name(spec.label)):
        return 1.0, "the same name"
    for place, synonym in enumerate(spec.synonyms):
        if plain == plain_name(synonym):
            return 0.97 - place / 200, f"another name for {spec.label.lower()}"
    words = set(_words(column))
    if "id" in words and spec.type is not FieldType.IDENTIFIER:
        return 0.0, ""
    for name in (spec.name, *spec.synonyms):
        wanted = set(_words(name))
        if len(wanted) > 1 and wanted <= words:
            return 0.7, f"contains '{name}'"
        if len(wanted) == 1 and len(name) > 4 and wanted <= words and len(words) == 2:
            return 0.55, f"contains '{name}'"
    return 0.0, ""


def plain_name(name: str) -> str:
    """Return a column name without case, signs and camel humps, for comparison."""
    return _SIGNS.sub("", name.casefold())


def _words(name: str) -> list[str]:
    return [word for word in _SIGNS.split(_CAMEL.sub("_", name).casefold()) if word]


def _outcome(spec: KindSpec, header: Sequence[str], rows: Sequence[Sequence[str]]) -> OutcomeRule | None:
    """Return the rule for a column that says who churned, when the kind takes one and its words are known."""
    if not spec.takes_outcome:
        return None
    known = {plain_name(name) for name in _OUTCOME_NAMES}
    for i, name in enumerate(header):
        words = sorted({row[i].strip() for row in rows} - {""})
        if plain_name(name) not in known or not 1 < len(words) <= 4:
            continue
        churned = tuple(word for word in words if word.casefold() in _CHURNED)
        renewed = tuple(word for word in words if word.casefold() in _RENEWED)
        if churned and renewed and len(churned) + len(renewed) == len(words):
            # In a file of terms, one that goes on has not been renewed yet.
            return OutcomeRule(column=name, churned=churned, renewed=() if spec.name == "contracts" else renewed)
    return None
