"""Fold signals into tallies: millions of rows in, a row per account, kind, source and week (or day, or subject) out.

Sums are made of whole numbers, so that they come out the same to the last bit in whatever order the rows are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.features.chunk import Tallies
from signals.core.features.columns import Floats, Ints, heads
from signals.core.features.facts import feed_of
from signals.core.kinds import Grain

FINE, FINEST = 2.0**40, 2.0**80
PLAIN = ("row", "source_id", "subject", "size", "valued", "total", "first_age", "age", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Signals as columns: the place of the account in its chunk, numbers for kind and subject (0: none), age in days.

    A value of NaN is none. Values are below 10^15, as the intake keeps them.
    """

    row: Ints
    kind: Ints
    source_id: Ints
    subject: Ints
    age: Ints
    value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class KindName:
    """What is known of the number of a kind."""

    name: str
    grain: Grain


def fold(rows: Rows, *, names: Mapping[int, KindName], silence_days: Mapping[str, int]) -> Tallies:
    """Return the tallies, sorted by account, kind number, source and part. `names` has every kind of the rows."""
    numbers = np.unique(rows.kind)
    kind = np.searchsorted(numbers, rows.kind)
    known = [names[number] for number in numbers.tolist()]
    sources = np.unique(rows.source_id)
    source = np.searchsorted(sources, rows.source_id)
    order, starts = _groups([rows.row, kind, source, _part(rows, kind, known)])
    first = order[starts]
    silent = [[silence_days.get(feed_of(each, kind.name), 0) for each in sources.tolist()] for kind in known]
    valued = ~np.isnan(rows.value[order])
    age = rows.age[order]
    return Tallies(
        kinds=tuple(each.name for each in known),
        kind_subjects=numbers,
        row=rows.row[first],
        kind=kind[first],
        source_id=rows.source_id[first],
        subject=np.where(_names_subjects(known)[kind[first]], rows.subject[first], 0),
        size=np.diff(starts, append=order.size),
        valued=_reduced(valued.astype(np.int64), starts),
        total=_totals(np.where(valued, rows.value[order], 0.0), starts),
        first_age=np.maximum.reduceat(age, starts) if starts.size else age,
        age=np.minimum.reduceat(age, starts) if starts.size else age,
        silent=np.array(silent, dtype=np.int64).reshape(len(known), sources.size)[kind[first], source[first]],
    )


def joined(parts: Sequence[Tallies]) -> Tallies:
    """Return the tallies of several runs of accounts, one run after the other, as one table."""
    if len(parts) == 1:
        return parts[0]
    names = {
        number: name for part in parts for number, name in zip(part.kind_subjects.tolist(), part.kinds, strict=True)
    }
    numbers = np.array(sorted(names), dtype=np.int64)
    codes = [np.searchsorted(numbers, part.kind_subjects)[part.kind] for part in parts]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in PLAIN}
    return Tallies(
        kinds=tuple(names[number] for number in numbers.tolist()),
        kind_subjects=numbers,
        kind=np.concatenate(codes),
        **columns,
    )


def part_of(grain: Grain, *, subject: int, age: int) -> tuple[int, int]:
    """Return what tells the tallies of one kind and source apart: the subject (0: no matter), and the day or week."""
    if grain == "subject":
        return subject, 0
    return subject if grain == "subject_week" else 0, age if grain == "day" else age // 7


def _part(rows: Rows, kind: Ints, known: Sequence[KindName]) -> Ints:
    """Return `part_of` of every row, with subjects numbered from 0 in the order of their numbers."""
    by_thread, by_day = _is_grain(known, "subject")[kind], _is_grain(known, "day")[kind]
    by_subject = by_thread | _is_grain(known, "subject_week")[kind]
    part = np.where(by_day, rows.age, np.where(by_thread, 0, rows.age // 7))
    subjects = rows.subject[by_subject]
    weeks = int(part.max(initial=0)) + 1
    part[by_subject] += weeks * np.searchsorted(np.unique(subjects), subjects)
    return part


def _names_subjects(known: Sequence[KindName]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return _is_grain(known, "subject") | _is_grain(known, "subject_week")


def _is_grain(known: Sequence[KindName], grain: Grain) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([each.grain == grain for each in known] or [False], dtype=np.bool_)


def _groups(keys: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return the order that sorts by all keys, and where groups begin in it. One packed number sorts fastest."""
    if not keys[0].size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    widths = [int(key.max()) + 1 for key in keys]
    if np.prod([float(width) for width in widths]) < 2.0**62:
        packed = np.zeros(keys[0].size, dtype=np.int64)
        for key, width in zip(keys, widths, strict=True):
            packed = packed * width + key
        order = np.argsort(packed)
        return order, heads(packed[order])
    order = np.lexsort(tuple(reversed(keys)))
    return order, heads(*(key[order] for key in keys))


def _totals(values: Floats, starts: Ints) -> Floats:
    """Return the sum of each group. A value is cut into a whole number and two finer parts, which add up exactly."""
    whole = np.trunc(values)
    rest = (values - whole) * FINE
    fine = np.trunc(rest)
    finest = np.rint((rest - fine) * FINE)
    parts = [_reduced(part.astype(np.int64), starts).astype(np.float64) for part in (whole, fine, finest)]
    total: Floats = parts[0] + (parts[1] / FINE + parts[2] / FINEST)
    return total


def _reduced(values: Ints, starts: Ints) -> Ints:
    found: Ints = np.add.reduceat(values, starts) if starts.size else values
    return found
