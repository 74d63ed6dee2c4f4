"""Whether the first row of a file names columns, and whether they fit the mapping."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from renewals.core.imports.export import OWN_COLUMNS
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import KindSpec

_DATA_LIKE = re.compile(r"[-+]?[\d.,]+%?|\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|[^@\s]+@[^@\s]+\.\w+")
LARGEST_LISTING = 12


def column_letter(position: int) -> str:
    """Return the letter a spreadsheet shows for the column at `position`, from 0: A, B, … Z, AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def header_problems(header: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong with the names alone: E-FILE-03 no header, E-COL-01 twice, E-COL-05 without a name."""
    named = [name for name in header if name]
    if not named or any(_DATA_LIKE.fullmatch(name) for name in named):
        text = "Row 1 does not look like column names. Did you leave out the header?"
        return (Problem(code="E-FILE-03", text=text, row=1, value=", ".join(header[:6])[:200]),)
    problems = []
    for name in dict.fromkeys(named):
        places = [column_letter(i) for i, other in enumerate(header) if other == name]
        if len(places) > 1:
            text = f"'{name}' appears {_times(len(places))} ({', '.join(places)})."
            problems.append(Problem(code="E-COL-01", text=text, row=1, column=name))
    return tuple(problems)


def fit_problems(header: Sequence[str], mapping: ImportMapping, spec: KindSpec) -> tuple[Problem, ...]:
    """Return what does not fit: E-COL-03 a column that is missing, W-COL-02 one that will be ignored."""
    return (*_missing_columns(header, mapping), *_missing_fields(mapping, spec), *_ignored(header, mapping))


def _missing_columns(header: Sequence[str], mapping: ImportMapping) -> list[Problem]:
    asked = [*sorted(mapping.used_columns()), *mapping.attributes.include]
    shown = ", ".join(name for name in header[:LARGEST_LISTING] if name)
    problems = []
    for column in dict.fromkeys(asked):
        if column not in header:
            near = get_close_matches(column, header, n=1, cutoff=0.6)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            text = f"Column '{column}' is missing.{hint} The file has: {shown}."
            problems.append(Problem(code="E-COL-03", text=text, row=1, column=column))
    return problems


def _missing_fields(mapping: ImportMapping, spec: KindSpec) -> list[Problem]:
    problems = []
    for field in spec.required:
        if field.name not in mapping.mapped_fields:
            known = ", ".join((field.name, *field.synonyms))
            text = f"Column '{field.name}' is missing. Known names: {known}."
            problems.append(Problem(code="E-COL-03", text=text, row=1, column=field.name))
    for group in spec.one_of:
        if not mapping.mapped_fields.intersection(group):
            text = f"One of the columns {', '.join(group)} is needed."
            problems.append(Problem(code="E-COL-03", text=text, row=1, column=group[0]))
    return problems


def _ignored(header: Sequence[str], mapping: ImportMapping) -> list[Problem]:
    used = mapping.used_columns() | frozenset(mapping.attribute_columns(header)) | frozenset(mapping.attributes.exclude)
    return [
        Problem(code="W-COL-02", text=f"'{name}' is not known and will be ignored.", row=1, column=name)
        for name in header
        if name and name not in used and name not in OWN_COLUMNS
    ]


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
