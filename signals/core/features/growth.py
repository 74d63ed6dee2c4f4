"""Measures of what more could be sold: growing breadth of use, and people who have no seat yet."""

import numpy as np

from signals.core.features.chunk import Chunk, known
from signals.core.features.columns import FAR, Ints, counts, heads, ratio, sums
from signals.core.features.reading import Readings, latest, newest, reading, silence
from signals.core.features.rules import RuleColumn
from signals.core.features.usage import SEATS
from signals.core.features.velocity import FEATURE, is_generic


def adoption_growth(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the change of the number of features in use, the window against the one before, as a share of the latter.

    A feature was in use before if it was first seen before the window and last seen since the start of the one before.
    Not known where nothing was: of a new account everything would be growth.
    """
    tallies = chunk.tallies
    everything = chunk.matching(lambda kind: kind == FEATURE or is_generic(kind))
    reach = rule.windows + silence(chunk, everything)
    used = chunk.within(everything, reach + rule.windows)
    name = np.where(tallies.subject[used] != 0, tallies.subject[used], tallies.kind_subjects[tallies.kind[used]])
    order = np.lexsort((name, tallies.row[used]))
    placed, rows = used[order], tallies.row[used][order]
    starts = heads(rows, name[order])
    row = rows[starts]
    last, first = _ends(tallies.age[placed], tallies.first_age[placed], starts)
    now = counts(row[last < reach[row]], chunk.size)
    before = counts(row[first >= reach[row]], chunk.size)
    value = ratio(now - before, before)
    sample = sums(tallies.row[used], tallies.size[used], chunk.size)
    return reading(value, where=known(value), sample=sample, age=newest(chunk, used), used=used)


def headroom(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the share of the employees who have no seat, 0 to 1; not known without seats or employees."""
    tallies = chunk.tallies
    sent = latest(chunk, chunk.valued(chunk.within(chunk.of((SEATS,)), rule.windows)))
    seats = chunk.seats.copy()
    seats[tallies.row[sent]] = tallies.total[sent] / tallies.valued[sent]
    share = ratio(np.nan_to_num(seats), np.nan_to_num(chunk.employees))
    where = known(seats) & known(chunk.employees) & (np.nan_to_num(chunk.employees) > 0)
    age = newest(chunk, sent)
    value = np.clip(1.0 - share, 0.0, 1.0)
    return reading(value, where=where, sample=np.ones(chunk.size), age=np.where(age == FAR, 0, age), used=sent)


def _ends(age: Ints, first_age: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """Return of each group the age of its newest and of its oldest signal."""
    if not starts.size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.minimum.reduceat(age, starts), np.maximum.reduceat(first_age, starts)
