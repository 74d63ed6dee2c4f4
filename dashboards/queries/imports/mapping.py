"""The mapping of an upload as a table: our fields, their columns, how sure that is, and what stands in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.core.import_mapping import COLUMN, CONSTANT
from dashboards.core.money import percent_words
from renewals.core.errors import NamedError
from renewals.core.imports.header import fit_problems
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import read_mapping, write_mapping
from renewals.core.imports.problems import BrokenFile, Problem
from renewals.core.imports.specs import FieldSpec
from renewals.core.imports.suggest import Suggestion, suggest
from renewals.models import ImportRun
from renewals.queries.imports.reader import FileSample
from renewals.queries.imports.uploads import file_sample, kept_bytes
from signals.queries.imports import import_specs

SHOWN_SAMPLES = 3
SURE, LIKELY = 0.9, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One of our fields with the column that fills it; `sure` is empty when a person chose the column."""

    name: str
    label: str
    help: str
    is_required: bool
    column_name: str
    constant_name: str
    column: str
    constant: str
    composed: str
    sure: str
    sure_state: str
    why: str
    samples: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingView:
    """The mapping for its page: the rows that matter, the others, and what is said about the rest of the file."""

    kind: str
    header: tuple[str, ...]
    rows: tuple[MappingRow, ...]
    others: tuple[MappingRow, ...]
    source: str
    attributes: str
    keeps_attributes: bool
    kept_columns: str
    unused: str
    outcome: str
    problems: tuple[Problem, ...]
    text: str


def mapping_of(run: ImportRun) -> ImportMapping:
    """Return the mapping kept with a run."""
    return read_mapping(run.mapping, kinds=import_specs())


def mapping_view(run: ImportRun, mapping: ImportMapping) -> MappingView | None:
    """Return the mapping beside the first rows of the file; None when the file has no columns to choose from yet."""
    spec = import_specs()[mapping.kind]
    sample = _sample(run, mapping)
    if sample is None or not sample.head.header:
        return None
    header = sample.head.header
    suggestion = suggest(spec, header, sample.rows)
    values = {name: _shown(sample.rows, place) for place, name in enumerate(header)}
    rows = [_row(field, mapping, suggestion, values) for field in spec.fields]
    grouped = {name for group in spec.one_of for name in group}
    first = [row for row in rows if row.is_required or row.name in mapping.mapped_fields or row.name in grouped]
    kept = mapping.attribute_columns(header)
    problems = fit_problems(header, mapping, spec)
    return MappingView(
        kind=spec.label,
        header=tuple(name for name in header if name),
        rows=tuple(first),
        others=tuple(row for row in rows if row not in first),
        source=mapping.source,
        attributes=_attribute_word(mapping),
        keeps_attributes=spec.keeps_attributes,
        kept_columns=", ".join(kept),
        unused=", ".join(problem.column for problem in problems if problem.code == "W-COL-02"),
        outcome=_outcome_words(mapping),
        problems=tuple(problem for problem in problems if problem.is_refusal),
        text=write_mapping(mapping) if mapping.kind != run.kind or not run.mapping else run.mapping,
    )


def refusals(run: ImportRun, mapping: ImportMapping) -> tuple[Problem, ...]:
    """Return why a file with these columns cannot be imported by this mapping."""
    found = fit_problems(run.header, mapping, import_specs()[mapping.kind])
    return tuple(problem for problem in found if problem.is_refusal)


def _sample(run: ImportRun, mapping: ImportMapping) -> FileSample | None:
    try:
        return file_sample(kept_bytes(run), name=run.file_name, reading=mapping.reading)
    except (BrokenFile, NamedError):
        return None


def _shown(rows: Sequence[Sequence[str]], place: int) -> str:
    found = dict.fromkeys(row[place].strip() for row in rows if row[place].strip())
    return " · ".join(value[:40] for value in list(found)[:SHOWN_SAMPLES])


def _row(field: FieldSpec, mapping: ImportMapping, suggestion: Suggestion, values: Mapping[str, str]) -> MappingRow:
    column = mapping.columns.get(field.name, "")
    is_suggested = bool(column) and suggestion.mapping.columns.get(field.name) == column
    share = suggestion.confidence.get(field.name, 0.0) if is_suggested else 0.0
    return MappingRow(
        name=field.name,
        label=field.label,
        help=field.help,
        is_required=field.is_required,
        column_name=f"{COLUMN}{field.name}",
        constant_name=f"{CONSTANT}{field.name}",
        column=column,
        constant=mapping.constants.get(field.name, ""),
        composed=mapping.compose.get(field.name, ""),
        sure=percent_words(share) if is_suggested else "",
        sure_state="good" if share >= SURE else "watch" if share >= LIKELY else "bad",
        why=suggestion.reasons.get(field.name, "") if is_suggested else "",
        samples=values.get(column, ""),
        choices=field.choices,
    )


def _attribute_word(mapping: ImportMapping) -> str:
    if mapping.attributes.include_all:
        return "all"
    return "some" if mapping.attributes.include else "none"


def _outcome_words(mapping: ImportMapping) -> str:
    rule = mapping.outcome
    if rule is None:
        return ""
    said = [
        f"{', '.join(words)} as {word}"
        for words, word in ((rule.churned, "churned"), (rule.renewed, "renewed"))
        if words
    ]
    return f"Column {rule.column} says how a renewal ended: it counts {' and '.join(said)}."
