"""The file of refused rows: the original columns behind their row number and reasons, to mend and import again."""

import re
from collections.abc import Iterator, Sequence

from renewals.core.imports.formulas import neutralise_cell
from renewals.core.imports.problems import Problem, reasons_text

# Import ignores these columns without a word, so that the mended file goes in as it is.
ROW_COLUMN, REASON_COLUMN, CODE_COLUMN = "import row", "import reason", "import code"
OWN_COLUMNS = frozenset((ROW_COLUMN, REASON_COLUMN, CODE_COLUMN))
_NUMBER = re.compile(r"-\d+([.,]\d+)?")


def rejected_header(header: Sequence[str]) -> list[str]:
    """Return the first line of the file of refused rows."""
    return [ROW_COLUMN, CODE_COLUMN, REASON_COLUMN, *(neutralise_cell(name) for name in header)]


def rejected_line(number: int, cells: Sequence[str], problems: Sequence[Problem], header: Sequence[str]) -> list[str]:
    """Return the line of one refused row; what an earlier such file said of it is left out."""
    codes = " ".join(dict.fromkeys(problem.code for problem in problems))
    kept = [safe_cell(cell) for i, cell in enumerate(cells) if i >= len(header) or header[i] not in OWN_COLUMNS]
    return [str(number), codes, safe_cell(reasons_text(problems)), *kept]


def rejected_sheet(
    header: Sequence[str] | None, row: tuple[int, Sequence[str], Sequence[Problem], Sequence[str]] | None
) -> Iterator[list[str]]:
    """Yield the header line when it is given, and the line of the row when it is."""
    if header is not None:
        yield rejected_header([name for name in header if name not in OWN_COLUMNS])
    if row is not None:
        yield rejected_line(*row)


def safe_cell(text: str) -> str:
    """Return the text as a spreadsheet may open it; a negative number stays a number."""
    return text if _NUMBER.fullmatch(text) else neutralise_cell(text)
