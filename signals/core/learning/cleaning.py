"""Makes a column readable: numbers written as words become numbers, absurd numbers become unknown, never zero."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.wording import as_number, has_decimal_comma

ABSURD = 1e15
"""No quantity of a business is larger: beyond it stands a sentinel or an overflow."""

SPELLED_SHARE = 0.95


def is_spelled_number(column: Column) -> bool:
    """Answer whether a column of words holds numbers, but for blanks and a few rows in twenty."""
    if column.kind == NUMBER:
        return False
    known = [value for value in column.values if value is not None and value.strip()]
    read = {value: number is not None for value, number in _numbers(known).items()}
    return bool(known) and sum(read[value] for value in known) >= SPELLED_SHARE * len(known)


def as_numbers(column: Column) -> Column:
    """Return the column as numbers: unknown where a word spells none or the number is absurd."""
    values = column.values if column.kind == NUMBER else _spelled(column.values)
    with np.errstate(invalid="ignore"):
        sane = np.where(np.isfinite(values) & (np.abs(values) < ABSURD), values, np.nan)
    return replace(column, kind=NUMBER, values=sane.astype(np.float64))


def as_words(column: Column) -> Column:
    """Return the column as words: blanks are unknown, numbers are spelled."""
    words = np.empty(len(column), dtype=object)
    if column.kind == NUMBER:
        words[:] = [f"{value:g}" if np.isfinite(value) else None for value in column.values]
    else:
        words[:] = [None if value is None or not value.strip() else value.strip() for value in column.values]
    return replace(column, kind="category", values=words)


def read_like(frame: Frame, columns: tuple[Column, ...]) -> Frame:
    """Return the frame with the columns that were learnt from, read as then; a missing one is wholly unknown."""
    there = {column.name: column for column in frame.columns}
    read = []
    for known in columns:
        column = there.get(known.name, replace(known, values=_unknown(known.kind, len(frame))))
        column = as_numbers(column) if known.kind == NUMBER else as_words(column)
        read.append(replace(column, meaning=known.meaning, family=known.family, is_actionable=known.is_actionable))
    return frame.with_columns(read)


def _unknown(kind: str, rows: int) -> Array:
    return np.full(rows, np.nan) if kind == NUMBER else np.full(rows, None, dtype=object)


def _spelled(values: Array) -> Array:
    read = _numbers([value for value in values.tolist() if value is not None])
    return np.array([np.nan if v is None or read[v] is None else read[v] for v in values], dtype=np.float64)


def _numbers(texts: Iterable[str]) -> dict[str, float | None]:
    """Return the number that each different text of a column spells, all by one decimal mark."""
    different = set(texts)
    has_comma = has_decimal_comma(different)
    return {text: as_number(text, has_comma=has_comma) for text in different}
