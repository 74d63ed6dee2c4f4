"""Other columns of a row, kept as typed values so that features can use them as they are."""

import re
from collections.abc import Sequence

from renewals.core.imports.cells.text import parse_text
from renewals.core.imports.problems import Problem

LONGEST_ATTRIBUTE = 2000
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,17})?")
_BOOLEANS = {"true": True, "false": False}


def attribute_values(columns: Sequence[tuple[str, int]], row: Sequence[str]) -> tuple[dict[str, object], list[Problem]]:
    """Return the values by column name, and the problems; empty cells are left out.

    Plain numbers become numbers and true/false booleans; "007", "1,5" and dates stay text, since they may be names.
    """
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for name, position in columns:
        text = row[position]
        if _NUMBER.fullmatch(text):
            values[name] = float(text) if "." in text else int(text)
        elif text:
            cell = parse_text(text, label=name, max_length=LONGEST_ATTRIBUTE, keep_lines=True)
            if cell.is_refused:
                problems.append(Problem(code=cell.code, text=cell.text, column=name, value=text[:200]))
            elif isinstance(cell.value, str):
                values[name] = _BOOLEANS.get(cell.value.lower(), cell.value)
    return values, problems
