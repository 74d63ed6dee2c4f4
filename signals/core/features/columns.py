"""Arrays with a row per account, and the few ways of folding many numbers of an account into one.

Nothing here depends on which accounts share a chunk: sums run in the order given, a median takes the middle of its own
row, and a half-life is looked up, so an account alone and an account among thousands get the same last bit.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TABLE_DAYS = 1_200
FAR = np.iinfo(np.int64).max


def sums(rows: Ints, values: Floats | Ints | Flags, size: int) -> Floats:
    """Return the sum of `values` per row; 0 for a row without any."""
    found: Floats = np.bincount(rows, weights=values, minlength=size).astype(np.float64)
    return found


def counts(rows: Ints, size: int) -> Ints:
    """Return how many entries each row has."""
    return np.bincount(rows, minlength=size).astype(np.int64)


def least(rows: Ints, values: Ints, size: int, *, without: int) -> Ints:
    """Return the smallest of `values` per row, `without` for a row that has none. `rows` must be ascending."""
    found = np.full(size, without, dtype=np.int64)
    if rows.size:
        starts = heads(rows)
        found[rows[starts]] = np.minimum.reduceat(values, starts)
    return found


def most(rows: Ints, values: Ints, size: int, *, without: int) -> Ints:
    """Return the largest of `values` per row, `without` for a row that has none. `rows` must be ascending."""
    return -least(rows, -values, size, without=-without)


def heads(*sorted_keys: Ints) -> Ints:
    """Return where a new group begins in columns that are sorted by all these keys together."""
    if not sorted_keys[0].size:
        return np.zeros(0, dtype=np.int64)
    is_new = np.zeros(sorted_keys[0].size, dtype=np.bool_)
    is_new[0] = True
    for key in sorted_keys:
        is_new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_new)


def bytes_of_rows(table: NDArray[Any]) -> list[bytes]:
    """Return the bytes of each row of a table, which are equal for equal rows."""
    rows = np.ascontiguousarray(table)
    width = rows.itemsize * math.prod(rows.shape[1:])
    found: list[bytes] = rows.reshape(-1).view(f"V{width}").tolist() if width else [b""] * len(rows)
    return found


def group_of(starts: Ints, size: int) -> Ints:
    """Return the number of the group of each of `size` entries, given where groups begin."""
    marks = np.zeros(size, dtype=np.int64)
    marks[starts] = 1
    return np.cumsum(marks) - 1


def middles(values: Floats) -> Floats:
    """Return the median of each row of a table, NaN entries left out; NaN for a row that has none."""
    ordered = np.sort(values, axis=1)
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    at = np.arange(len(ordered))
    low = ordered[at, np.maximum(known - 1, 0) // 2]
    high = ordered[at, np.minimum(known // 2, ordered.shape[1] - 1)]
    middle: Floats = (low + high) / 2
    return middle


def ratio(above: Floats | Ints, below: Floats | Ints) -> Floats:
    """Return above / below, NaN where there is nothing to divide by."""
    found = np.full(len(below), np.nan)
    np.divide(above, below, out=found, where=below != 0)
    return found


def halving(age_days: float, half_life_days: float) -> float:
    """Return the weight of something so old: 1 today, a half after one half-life."""
    return math.exp2(-age_days / half_life_days)


@cache
def halvings(half_life_days: float) -> Floats:
    """Return `halving` for every age up to TABLE_DAYS. It is looked up so that no vector unit can round otherwise."""
    return np.array([halving(age, half_life_days) for age in range(TABLE_DAYS + 1)])
