"""Measures of product use beside its velocity: adoption, depth, and the time to the first value."""

import numpy as np

from signals.core.features.chunk import Chunk, known
from signals.core.features.columns import FAR, Floats, Ints, counts, heads, most, ratio, sums
from signals.core.features.reading import Readings, latest, newest, reading, silence
from signals.core.features.rules import RuleColumn
from signals.core.features.velocity import FEATURE, PEOPLE, is_generic

RATIO, SEATS, MILESTONE = "usage.usage_ratio", "usage.seats", "usage.milestone"
MOST_RATIO = 2.0


def feature_adoption(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return how many different features were used in the window before the source's last word."""
    tallies = chunk.tallies
    everything = chunk.matching(lambda kind: kind == FEATURE or is_generic(kind))
    used = chunk.within(everything, rule.windows + silence(chunk, everything))
    name = np.where(tallies.subject[used] != 0, tallies.subject[used], tallies.kind_subjects[tallies.kind[used]])
    order = np.lexsort((name, tallies.row[used]))
    rows = tallies.row[used][order]
    names = counts(rows[heads(rows, name[order])], chunk.size)
    seen = _or_all(chunk, used, everything)
    found = counts(tallies.row[everything], chunk.size) > 0
    size = sums(tallies.row[seen], tallies.size[seen], chunk.size)
    return reading(names.astype(np.float64), where=found, sample=size, age=newest(chunk, seen), used=seen)


def usage_depth(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return active users divided by seats, at most 2; a ratio sent as such wins. Not known without seats."""
    tallies = chunk.tallies
    ratios, people = chunk.of((RATIO,)), chunk.of((PEOPLE,))
    sent = latest(chunk, chunk.valued(chunk.within(ratios, rule.windows + silence(chunk, ratios))))
    active = chunk.valued(chunk.within(people, rule.windows + silence(chunk, people)))
    seat = latest(chunk, chunk.valued(chunk.of((SEATS,))))
    seats = chunk.seats.copy()
    seats[tallies.row[seat]] = _means(chunk, seat)
    rows = tallies.row[active]
    days = counts(rows, chunk.size)
    depth = ratio(ratio(sums(rows, _means(chunk, active), chunk.size), days), np.nan_to_num(seats))
    value, sample, age = np.minimum(depth, MOST_RATIO), days.astype(np.float64), newest(chunk, active)
    direct = tallies.row[sent]
    value[direct], age[direct] = _means(chunk, sent), tallies.age[sent]
    sample[direct] = rule.numbers("full_sample")[direct]
    is_direct = np.zeros(chunk.size, dtype=np.bool_)
    is_direct[direct] = True
    counted = np.concatenate([active, seat])
    used = np.sort(np.concatenate([sent, counted[~is_direct[tallies.row[counted]]]]))
    return reading(value, where=known(value), sample=sample, age=age, used=used)


def time_to_value(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the days from the start of the account to its first milestone; not known before there is one.

    Nor for an account older than the window: its first milestone may lie before what is read.
    """
    tallies = chunk.tallies
    reached = chunk.within(chunk.of((MILESTONE,)), rule.windows)
    noted = chunk.milestone_age >= 0
    rows = np.concatenate([tallies.row[reached], chunk.milestone_row[noted]])
    ages = np.concatenate([tallies.first_age[reached], chunk.milestone_age[noted]])
    order = np.argsort(rows, kind="stable")
    first = most(rows[order], ages[order], chunk.size, without=-1)
    age = np.where(known(chunk.started_age), chunk.started_age, np.inf)
    value = np.maximum(age - first, 0.0)
    return reading(
        value, where=(age < rule.windows) & (first >= 0), sample=np.ones(chunk.size), age=first, used=reached
    )


def _means(chunk: Chunk, places: Ints) -> Floats:
    means: Floats = chunk.tallies.total[places] / chunk.tallies.valued[places]
    return means


def _or_all(chunk: Chunk, used: Ints, everything: Ints) -> Ints:
    """Return the tallies used, and all tallies of accounts of which none was."""
    has_none = newest(chunk, used) == FAR
    rest = everything[has_none[chunk.tallies.row[everything]]]
    return np.sort(np.concatenate([used, rest]))
