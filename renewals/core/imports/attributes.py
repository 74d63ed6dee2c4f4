"""Other columns of a row, kept as typed values so that features can use them as they are."""

import re
from collections.abc import Sequence

from renewals.core.imports.cells.text import parse_text
from renewals.core.imports.problems import Problem

LONGEST_ATTRIBUTE = 2000
MOST_REMEMBERED = 20_000
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,17})?")
_BOOLEANS = {"true": True, "false": False}

AttributeCell = tuple[object, Problem | None]


def attribute_values(
    columns: Sequence[tuple[str, int]], row: Sequence[str], remembered: Sequence[dict[str, AttributeCell]]
) -> tuple[dict[str, object], list[Problem]]:
    """Return the values by column name, and the problems; empty cells are left out.

    Plain numbers become numbers and true/false booleans; "007", "1,5" and dates stay text, since they may be names.
    `remembered` keeps, by column, the cells read before.
    """
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for (name, position), known in zip(columns, remembered, strict=True):
        text = row[position]
        cell = known.get(text)
        if cell is None:
            if len(known) > MOST_REMEMBERED:
                known.clear()
            cell = known[text] = _attribute(name, text)
        if cell[0] is not None:
            values[name] = cell[0]
        if cell[1] is not None:
            problems.append(cell[1])
    return values, problems


def _attribute(name: str, text: str) -> AttributeCell:
    if _NUMBER.fullmatch(text):
        return (float(text) if "." in text else int(text)), None
    cell = parse_text(text, label=name, max_length=LONGEST_ATTRIBUTE, keep_lines=True)
    if cell.is_refused:
        return None, Problem(code=cell.code, text=cell.text, column=name, value=text[:200])
    value = cell.value
    return (_BOOLEANS.get(value.lower(), value) if isinstance(value, str) else None), None
