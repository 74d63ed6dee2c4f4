"""Rows of a file turned into values and problems, a chunk at a time and a column at a time.

Equal text of a column is read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import cast

from renewals.core.imports.attributes import attribute_values
from renewals.core.imports.cells.cell import Cell
from renewals.core.imports.mapping import OutcomeRule
from renewals.core.imports.plan import FieldReader, FilePlan
from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import RowContext

Row = Sequence[str]
# A derivation may add attributes under this name, which no field can have.
ATTRIBUTES = "+attributes"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """A row that can be taken: its number in the file, its values by field, attributes and outcome."""

    number: int
    values: dict[str, object]
    attributes: dict[str, object]
    outcome: str
    fingerprint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChunk:
    """What became of some rows; warnings of rows that are taken stand in `problems` too."""

    rows: tuple[JudgedRow, ...]
    problems: tuple[Problem, ...]
    refused: tuple[int, ...]
    left_out: int
    tidied: int


def judge_rows(plan: FilePlan, rows: Sequence[Row], numbers: Sequence[int], context: RowContext) -> JudgedChunk:
    """Return the verdicts on rows that have as many cells as the header."""
    kept = [i for i, row in enumerate(rows) if _is_wanted(plan, row)]
    wanted = rows if len(kept) == len(rows) else [rows[i] for i in kept]
    places = numbers if len(kept) == len(rows) else [numbers[i] for i in kept]
    columns = list(zip(*wanted, strict=True)) if wanted else []
    cells = [_column_cells(reader, columns, len(wanted)) for reader in plan.readers]
    problems, tidied = _cell_problems(plan, cells, places)
    bad = {problem.row for problem in problems if problem.is_refusal}
    values = zip(*([cell.value for cell in column] for column in cells), strict=True)
    taken: list[JudgedRow] = []
    seen = itemgetter(*plan.read) if plan.read else tuple
    for number, row, found_values in zip(places, wanted, values, strict=True):
        if number in bad:
            continue
        judged, found = _judged_row(plan, row, found_values, number, context, hash(seen(row)))
        if found:
            problems += found
        if found and any(problem.is_refusal for problem in found):
            bad.add(number)
        else:
            taken.append(judged)
    return JudgedChunk(
        rows=tuple(taken),
        problems=tuple(problems),
        refused=tuple(sorted(number for number in bad if number is not None)),
        left_out=len(rows) - len(wanted),
        tidied=tidied,
    )


def _is_wanted(plan: FilePlan, row: Row) -> bool:
    if not plan.only and not plan.skip:
        return True
    return all(row[i].strip() in words for i, words in plan.only) and not any(
        row[i].strip() in words for i, words in plan.skip
    )


def _column_cells(reader: FieldReader, columns: Sequence[Sequence[str]], count: int) -> list[Cell]:
    if not reader.positions:
        return [reader.read("")] * count
    if not columns:
        return []
    if reader.template:
        parts = [columns[i] for i in reader.positions]
        return [reader.compose(pieces) for pieces in zip(*parts, strict=True)]
    remembered, read = reader.remembered, reader.read
    return [remembered.get(text) or read(text) for text in columns[reader.positions[0]]]


def _cell_problems(plan: FilePlan, cells: Sequence[Sequence[Cell]], places: Sequence[int]) -> tuple[list[Problem], int]:
    """Return the problems of single cells, and how many cells were only tidied."""
    problems: list[Problem] = []
    tidied = 0
    flagged = ((reader, column) for reader, column in zip(plan.readers, cells, strict=True) if reader.has_flagged)
    for reader, column in flagged:
        for i, cell in enumerate(column):
            if cell.code and cell.code[0] == "N":
                tidied += 1
            elif cell.code:
                problems.append(_problem(reader, cell, places[i]))
            elif cell.value is None and reader.spec.is_required:
                text = f"{reader.spec.label} is required."
                problems.append(Problem(code="E-REQ-01", text=text, row=places[i], column=reader.column))
    return problems, tidied


def _problem(reader: FieldReader, cell: Cell, number: int) -> Problem:
    shown = next((text for text, known in reader.remembered.items() if known is cell), "")
    return Problem(code=cell.code, text=cell.text, row=number, column=reader.column, value=shown[:200])


def _judged_row(
    plan: FilePlan, row: Row, values: Sequence[object], number: int, context: RowContext, fingerprint: int
) -> tuple[JudgedRow, list[Problem]]:
    named = dict(zip(plan.names, values, strict=True))
    if plan.spec.derive:
        named.update(plan.spec.derive(named, context))
    found = [problem for rule in plan.spec.rules if (problem := rule(named, context))]
    attributes: dict[str, object] = {}
    if plan.attributes:
        attributes, refused = attribute_values(plan.attributes, row, plan.remembered_attributes)
        found += refused
    if ATTRIBUTES in named:
        attributes |= cast("dict[str, object]", named.pop(ATTRIBUTES))
    outcome = ""
    if plan.outcome_position is not None and plan.mapping.outcome:
        outcome = plan.mapping.outcome.result_of(row[plan.outcome_position])
        found += _outcome_problem(outcome, plan.mapping.outcome, row[plan.outcome_position])
    judged = JudgedRow(number=number, values=named, attributes=attributes, outcome=outcome, fingerprint=fingerprint)
    return judged, [_placed(problem, number) for problem in found]


def _outcome_problem(result: str, rule: OutcomeRule, text: str) -> list[Problem]:
    if result != "unknown":
        return []
    words = ", ".join((*rule.churned, *rule.renewed))
    return [
        Problem(
            code="E-ENUM-01", text=f"'{text}' is no known outcome. Allowed: {words}.", column=rule.column, value=text
        )
    ]


def _placed(problem: Problem, number: int) -> Problem:
    return Problem(code=problem.code, text=problem.text, row=number, column=problem.column, value=problem.value)
