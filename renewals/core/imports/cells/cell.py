"""The result of reading one cell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

CellValue = str | int | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value, with a code and a text when something is to be said about it; `value` None is an empty cell."""

    value: CellValue = None
    code: str = ""
    text: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the cell cannot be taken."""
        return self.code.startswith("E")


CellParser = Callable[[str], Cell]
EMPTY = Cell()


def refused(code: str, text: str) -> Cell:
    """Return a cell that refuses its row."""
    return Cell(code=code, text=text)
