"""Arrays, columns and frames as plain JSON values; a number that is not known is null, since JSON has no nan."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column, Frame, object_array


def number_out(value: float) -> float | None:
    """Return a number that JSON can hold: None for nan."""
    return float(value) if math.isfinite(value) else None


def number_in(value: float | None) -> float:
    """Return the number: nan for None."""
    return float("nan") if value is None else float(value)


def numbers_out(values: Iterable[float]) -> list[float | None]:
    """Return numbers that JSON can hold."""
    return [number_out(value) for value in values]


def numbers_in(values: Iterable[float | None]) -> Array:
    """Return an array of float64."""
    return np.array([number_in(value) for value in values], dtype=np.float64)


def column_out(column: Column) -> dict[str, Any]:
    """Return a column with its values."""
    values = numbers_out(column.values) if column.kind == NUMBER else column.values.tolist()
    return {
        "name": column.name,
        "kind": column.kind,
        "family": column.family,
        "meaning": column.meaning,
        "is_actionable": column.is_actionable,
        "values": values,
    }


def column_in(document: dict[str, Any]) -> Column:
    """Return the column of a document."""
    values = document["values"]
    array = numbers_in(values) if document["kind"] == NUMBER else object_array(values)
    return Column(**{**document, "values": array})


def frame_out(frame: Frame) -> dict[str, Any]:
    """Return the keys, columns and segments of background rows; their outcomes are nobody's business here."""
    return {
        "keys": list(frame.keys),
        "columns": [column_out(column) for column in frame.columns],
        "segments": [str(segment) for segment in frame.segments],
    }


def frame_in(document: dict[str, Any]) -> Frame:
    """Return background rows: outcomes are unknown and each row is a group of its own."""
    keys = tuple(document["keys"])
    return Frame(
        keys=keys,
        columns=tuple(column_in(column) for column in document["columns"]),
        outcome=np.full(len(keys), np.nan),
        groups=object_array(list(keys)),
        segments=object_array(document["segments"]),
    )
