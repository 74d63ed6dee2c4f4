"""A mapping proposed for a file: each field's likeliest column, how sure that is, and why."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from itertools import pairwise

from renewals.core.imports.cells.cell import CellParser
from renewals.core.imports.endings import Ending, likely_ending
from renewals.core.imports.mapping import AttributeRule, ImportMapping, OutcomeRule, Reading
from renewals.core.imports.names import name_words, plain_name
from renewals.core.imports.plan import cell_parser
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

LEAST_SURE = 0.5
MENDED, FITTING = 0.5, 0.99
"""The share of cells that a field must be able to read: a cell that cannot be read costs its row until it is mended.

In a table of known ends nobody mends rows: there an optional field takes a column when all but one in a hundred can.
"""
LEAST_APART = 0.5
FEWEST_COUNTED = 20
SAMPLE = 1_000
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_FITTING = frozenset(FieldType) - {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.IDENTIFIER}
_TRYING = (
    Reading(date_order="day_first", decimal="point", percent="fraction"),
    Reading(date_order="month_first", decimal="comma", percent="percent"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposed mapping with, by field, how sure it is (0 to 1) and why."""

    mapping: ImportMapping
    confidence: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def suggest(
    spec: KindSpec, header: Sequence[str], rows: Sequence[Sequence[str]], *, ends_are_told: bool = False
) -> Suggestion:
    """Return the likeliest mapping of these columns; a column fills one field at most, ids and names aside.

    `ends_are_told`: each row is an account with a known end, so any column that can be read as the end is taken; or
    each term that was not followed by another was lost.
    """
    samples = {name: [row[i] for row in rows[:SAMPLE] if row[i].strip()] for i, name in enumerate(header) if name}
    ending = _ending(spec, header, rows, ends_are_told=ends_are_told)
    free = [name for name in samples if not (ending and name == ending.column)]
    found = _chosen(spec, {name: samples[name] for name in free}, rows, least=FITTING if ending else MENDED)
    terms = _terms(spec, found, header, rows)
    used = {name for name, _, _ in found.values()}
    counts = [name for name in free if spec.keeps_attributes and name not in used and _counts(samples[name])]
    if counts and spec.name == "accounts" and "external_id" not in found:
        found["external_id"] = (counts.pop(0), LEAST_SURE, "numbers the rows")
    columns = {each.name: found[each.name][0] for each in spec.fields if each.name in found}
    return Suggestion(
        mapping=ImportMapping(
            kind=spec.name,
            columns=columns,
            attributes=_kept(spec, ending, counts),
            outcome=_rule(ending),
            skip={ending.column: ending.undecided} if ending and ending.undecided else {},
            observed_until="last_start" if terms and ends_are_told and not ending else "",
        ),
        confidence={name: round(sure, 2) for name, (_, sure, _) in found.items()},
        reasons={name: why for name, (_, _, why) in found.items()},
    )


def _chosen(
    spec: KindSpec, samples: Mapping[str, Sequence[str]], rows: Sequence[Sequence[str]], *, least: float
) -> dict[str, tuple[str, float, str]]:
    """Return by field its column, how sure that is, and why."""
    ranked = sorted(
        (
            (sure, -place, field_spec, name, why)
            for place, field_spec in enumerate(spec.fields)
            for name, sample in samples.items()
            for sure, why in [_likeness(field_spec, name, sample, least)]
            if sure >= LEAST_SURE and not _repeats(spec, field_spec, sample, rows)
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    found: dict[str, tuple[str, float, str]] = {}
    for sure, _, field_spec, name, why in ranked:
        if field_spec.name not in found and _is_free(name, field_spec, {key: one[0] for key, one in found.items()}):
            found[field_spec.name] = name, sure, why
    return found


def _repeats(kind: KindSpec, spec: FieldSpec, sample: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """What tells accounts apart is no column of a few words, whatever its name."""
    if kind.name != "accounts" or spec.name not in ("external_id", "name"):
        return False
    return len(set(sample)) < LEAST_APART * len({tuple(row) for row in rows[:SAMPLE]})


def _counts(sample: Sequence[str]) -> bool:
    """Whether a column only numbers the rows, one by one."""
    if len(sample) < FEWEST_COUNTED or not all(text.strip().isdecimal() for text in sample):
        return False
    return all(int(after) - int(before) == 1 for before, after in pairwise(sample))


def _terms(
    spec: KindSpec, found: dict[str, tuple[str, float, str]], header: Sequence[str], rows: Sequence[Sequence[str]]
) -> bool:
    """Answer whether rows are terms that follow each other, and complete what such a file does not say.

    Without a contract id the rows of one account are its terms; an end that is the next start is the first day after.
    """
    if spec.name != "contracts" or not {"account", "starts_on", "ends_on"} <= found.keys():
        return False
    found.setdefault("external_id", (found["account"][0], LEAST_SURE, "rows of one account are its terms"))
    places = [header.index(found[name][0]) for name in ("external_id", "starts_on", "ends_on")]
    gaps = _gaps([tuple(row[place].strip() for place in places) for row in rows])
    if gaps and gaps.count(0) > len(gaps) / 2:
        name, sure, why = found.pop("ends_on")
        found["ends_before"] = name, sure, f"{why}; it is the start of the next term"
    return len(gaps) >= FEWEST_COUNTED


def _gaps(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the days from the end of each term to the next start under the same id, of dates in ISO form."""
    terms: dict[str, set[tuple[date, date]]] = {}
    for key, start, end in rows:
        if _ISO.match(start) and _ISO.match(end):
            with suppress(ValueError):
                terms.setdefault(key, set()).add((date.fromisoformat(start[:10]), date.fromisoformat(end[:10])))
    return [
        (after - end).days
        for known in terms.values()
        for (start, end), (after, _) in pairwise(sorted(known))
        if after > start
    ]


def _kept(spec: KindSpec, ending: Ending | None, counts: Sequence[str]) -> AttributeRule:
    if not spec.keeps_attributes:
        return AttributeRule()
    return AttributeRule(include_all=True, exclude=(*([ending.column] if ending else []), *counts))


def _rule(ending: Ending | None) -> OutcomeRule | None:
    return OutcomeRule(column=ending.column, churned=ending.churned, renewed=ending.renewed) if ending else None


def _is_free(column: str, spec: FieldSpec, columns: Mapping[str, str]) -> bool:
    """A column may be both the id and the name, as in a file that knows accounts by their name alone."""
    users = [name for name, used in columns.items() if used == column]
    return (
        not users
        or (users == ["external_id"] and spec.name in ("name", "product"))
        or (spec.name == "external_id" and set(users) <= {"name", "product"})
    )


def _likeness(spec: FieldSpec, column: str, sample: Sequence[str], least: float) -> tuple[float, str]:
    by_name, why = _name_likeness(spec, column)
    if not by_name or spec.type not in _FITTING or not sample:
        return by_name, why
    fitting = max(_fitting(cell_parser(spec, reading, UTC), sample) for reading in _TRYING)
    shown = f"{why}; {fitting:.0%} of {len(sample)} cells are a {spec.type.replace('_', ' ')}"
    least = MENDED if spec.is_required else least
    return (by_name * (0.5 + 0.5 * fitting) if fitting >= least else by_name * 0.4), shown


def _fitting(parse: CellParser, sample: Sequence[str]) -> float:
    return sum(not parse(text).is_refused for text in sample) / len(sample)


def _name_likeness(spec: FieldSpec, column: str) -> tuple[float, str]:
    plain = plain_name(column)
    if plain in (plain_name(spec.name), plain_name(spec.label)):
        return 1.0, "the same name"
    for place, synonym in enumerate(spec.synonyms):
        if plain == plain_name(synonym):
            return 0.97 - place / 200, f"another name for {spec.label.lower()}"
    words = set(name_words(column))
    if "id" in words and spec.type is not FieldType.IDENTIFIER:
        return 0.0, ""
    for name in (spec.name, *spec.synonyms):
        wanted = set(name_words(name))
        if len(wanted) > 1 and wanted <= words:
            return 0.7, f"contains '{name}'"
        if len(wanted) == 1 and len(name) > 4 and wanted <= words and len(words) == 2:
            return 0.55, f"contains '{name}'"
    return 0.0, ""


def _ending(
    spec: KindSpec, header: Sequence[str], rows: Sequence[Sequence[str]], *, ends_are_told: bool
) -> Ending | None:
    """Return the column that says who churned, when the kind takes one and its words are known."""
    if not spec.takes_outcome:
        return None
    found = likely_ending(header, rows, is_told=ends_are_told and spec.name == "accounts")
    # In a file of terms, one that goes on has not been renewed yet.
    return replace(found, renewed=(), undecided=()) if found and spec.name == "contracts" else found
