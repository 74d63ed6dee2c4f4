"""The table that a model learns from: features as typed columns, and what became of each row.

One row is one snapshot of a renewal, or one account of a flat table. Unknown is nan or None, never 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signals.core.errors import FrameInvalid

NUMBER = "number"
CATEGORY = "category"
KINDS = (NUMBER, CATEGORY)
FAMILIES = (
    "usage",
    "support",
    "billing",
    "relationship",
    "marketing",
    "health",
    "contract",
    "account",
    "attribute",
)

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One feature of every row: float64 with nan for unknown, or an object array of str and None.

    `meaning` is the key of a shipped standard meaning that the expert prior knows, "" when it has none.
    """

    name: str
    kind: str
    values: Array
    family: str = "attribute"
    meaning: str = ""
    is_actionable: bool = False

    def __post_init__(self) -> None:
        problem = _column_problem(self)
        if problem:
            raise FrameInvalid(f"Column {self.name!r} {problem}.")

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Array) -> "Column":
        """Return the column with these rows: positions or a mask."""
        return replace(self, values=self.values[rows])

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Answer for each row whether the value is known; an infinite number is not."""
        if self.kind == NUMBER:
            return np.asarray(np.isfinite(self.values), dtype=bool)
        return np.array([value is not None for value in self.values], dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """Rows to learn from or to predict. `outcome` is 1.0 lost, 0.0 retained, nan not yet known.

    `groups` (external ids of accounts) is the unit of resampling; `segments` may hold "" for none.
    """

    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    outcome: Array
    groups: Array
    segments: Array
    decided_on: Array | None = None
    days_to_renewal: Array | None = None
    amounts: Array | None = None

    def __post_init__(self) -> None:
        problem = _frame_problem(self)
        if problem:
            raise FrameInvalid(f"The frame {problem}.")

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def is_decided(self) -> NDArray[np.bool_]:
        """Answer for each row whether its outcome is known."""
        return np.asarray(np.isfinite(self.outcome), dtype=bool)

    @property
    def decisions(self) -> Array:
        """Return for each row a number that is the same for all snapshots of one decision; else its own."""
        if self.days_to_renewal is None or self.decided_on is None:
            return np.arange(len(self))
        names = [f"{on}|{group}" for group, on in zip(self.groups, self.decided_on.astype(str), strict=True)]
        return np.asarray(np.unique(np.array(names), return_inverse=True)[1])

    @property
    def counts(self) -> Array:
        """Return how much each row counts: the snapshots of one decision share 1, for they know one outcome."""
        decision = self.decisions
        return np.asarray(1.0 / np.bincount(decision)[decision]) if len(self) else np.zeros(0)

    def column(self, name: str) -> Column:
        """Return the column of that name; raise FrameInvalid when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise FrameInvalid(f"The frame has no column {name!r}.")

    def take(self, rows: Array | Sequence[int]) -> "Frame":
        """Return these rows, given as positions (may repeat) or as a mask."""
        index = np.asarray(rows)
        if index.dtype == bool:
            index = np.flatnonzero(index)
        index = index.astype(np.intp)
        return replace(
            self,
            keys=tuple(self.keys[row] for row in index),
            columns=tuple(column.take(index) for column in self.columns),
            outcome=self.outcome[index],
            groups=self.groups[index],
            segments=self.segments[index],
            decided_on=_taken(self.decided_on, index),
            days_to_renewal=_taken(self.days_to_renewal, index),
            amounts=_taken(self.amounts, index),
        )

    def with_columns(self, columns: Iterable[Column]) -> "Frame":
        """Return the same rows with these columns in place of its own."""
        return replace(self, columns=tuple(columns))


def number_column(name: str, values: Iterable[float | None], **options: Any) -> Column:
    """Return a column of numbers; None becomes nan, options are the other fields of Column."""
    array = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    return Column(name=name, kind=NUMBER, values=array, **options)


def category_column(name: str, values: Iterable[str | None], **options: Any) -> Column:
    """Return a column of words; an empty word becomes None, options are the other fields of Column."""
    words = [None if value is None or value == "" else str(value) for value in values]
    return Column(name=name, kind=CATEGORY, values=object_array(words), **options)


def object_array(values: Sequence[Any]) -> Array:
    """Return a one-dimensional array of objects."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _taken(values: Array | None, rows: Array) -> Array | None:
    return None if values is None else values[rows]


def _column_problem(column: Column) -> str:
    if not column.name:
        return "has no name"
    if column.kind not in KINDS:
        return f"is of kind {column.kind!r}: it must be one of {', '.join(KINDS)}"
    if column.family not in FAMILIES:
        return f"is of family {column.family!r}: it must be one of {', '.join(FAMILIES)}"
    if column.values.ndim != 1:
        return f"has {column.values.ndim} dimensions: it must have one"
    if column.kind == NUMBER and column.values.dtype != np.float64:
        return f"holds {column.values.dtype}: a number column must be float64 with nan for unknown"
    if column.kind == CATEGORY:
        return _category_problem(column.values)
    return ""


def _category_problem(values: Array) -> str:
    if values.dtype != object:
        return f"holds {values.dtype}: a category column must be an object array of str and None"
    wrong = next((value for value in values if value is not None and not isinstance(value, str)), None)
    return "" if wrong is None else f"holds {wrong!r}: a category is a str or None"


def _frame_problem(frame: Frame) -> str:
    rows = len(frame.keys)
    parts = {
        "outcome": frame.outcome,
        "groups": frame.groups,
        "segments": frame.segments,
        "decided_on": frame.decided_on,
        "days_to_renewal": frame.days_to_renewal,
        "amounts": frame.amounts,
        **{f"column {column.name!r}": column.values for column in frame.columns},
    }
    for name, values in parts.items():
        if values is not None and len(values) != rows:
            return f"has {rows} keys but {len(values)} values in {name}"
    if len(set(frame.names)) != len(frame.columns):
        repeated = sorted({name for name in frame.names if frame.names.count(name) > 1})
        return f"has more than one column called {', '.join(repeated)}"
    if len(set(frame.outcome[np.isfinite(frame.outcome)].tolist()) - {0.0, 1.0}):
        return "has outcomes other than 1.0 (lost), 0.0 (retained) and nan (not yet known)"
    return ""
