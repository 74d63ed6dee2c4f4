"""What an import tells a person: one problem with its code, place, value and remedy.

Codes beginning with E refuse a row (or the file), W warn, N only note that something was tidied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from renewals.core.errors import NamedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding. `row` is the row number a spreadsheet shows (the header is 1); None means the whole file."""

    code: str
    text: str
    row: int | None = None
    column: str = ""
    value: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the row (or the file) cannot be taken as it is."""
        return self.code.startswith("E")

    def line(self) -> str:
        """Return code, place, text and value on one line for a terminal."""
        places = (f"row {self.row}" if self.row else "", f"column '{self.column}'" if self.column else "")
        place = ", ".join(part for part in places if part)
        shown = f" [{self.value}]" if self.value else ""
        return f"{self.code} {place + ': ' if place else ''}{self.text}{shown}"


class BrokenFile(NamedError):
    """The file as a whole cannot be imported; nothing was changed."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem; its code and text become the error's."""
        self.problem = problem
        where = f"row {problem.row}" if problem.row else ""
        super().__init__(problem.text, where=where)

    def __str__(self) -> str:
        """Return the problem on one line."""
        return self.problem.line()


class MappingRefused(NamedError):
    """A mapping file that says something the import does not know."""

    code = "E-MAP-01"
    remedy_by_default = "Print a correct one with suggest_mapping and edit that."


class AnswersMissing(NamedError):
    """The file can be read in two ways and nobody has said which."""

    code = "E-ASK-01"
    remedy_by_default = "Answer once for the file, in the mapping's [reading] section or on the import page."


def broken(code: str, text: str, *, row: int | None = None) -> BrokenFile:
    """Return the error for a file-level problem."""
    return BrokenFile(Problem(code=code, text=text, row=row))


def problem_as_json(problem: Problem) -> dict[str, str | int | None]:
    """Return the problem as plain values for a report."""
    return {
        "code": problem.code,
        "text": problem.text,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
    }


def problem_from_json(values: Mapping[str, object]) -> Problem:
    """Return the problem that `problem_as_json` wrote."""
    row = values.get("row")
    return Problem(
        code=str(values["code"]),
        text=str(values["text"]),
        row=row if isinstance(row, int) else None,
        column=str(values.get("column") or ""),
        value=str(values.get("value") or ""),
    )


def reasons_text(problems: Iterable[Problem]) -> str:
    """Return all reasons of one row in one cell of the file of rejected rows."""
    return "; ".join(f"{problem.column + ': ' if problem.column else ''}{problem.text}" for problem in problems)
