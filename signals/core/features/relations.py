"""Measures of the relationship: perceived value, sponsor, engagement, marketing, soft signals, what a person stated."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signals.core.features.chunk import Chunk, known
from signals.core.features.columns import FAR, Floats, Ints, counts, least, ratio, sums
from signals.core.features.reading import Readings, latest, newest, reading
from signals.core.features.rules import RuleColumn

NPS, MILESTONE = "relationship.nps", "usage.milestone"
BY_HAND = "health.manual."  # what people state is a measure of its own
LEFT, CONFIRMED = "relationship.sponsor_left", "relationship.sponsor_confirmed"
NPS_RANGE, OUTSIDE_RANGE = 10.0, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several things a measure is made of: its share, values 0 to 1 (NaN: not known), ages, tallies."""

    share: float
    value: Floats
    age: Ints
    used: Ints


def perceived_value(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return surveys, health from outside and milestones as 0 to 1, weighed by share and freshness of each."""
    parts = (_nps(chunk, rule), _outside(chunk, rule), _milestones(chunk, rule))
    every = np.arange(chunk.size)
    above, below = np.zeros(chunk.size), np.zeros(chunk.size)
    age = np.full(chunk.size, FAR)
    for part in parts:
        is_known = known(part.value)
        weight = np.where(is_known, part.share * rule.weights(every, np.where(is_known, part.age, 0)), 0.0)
        above += weight * np.nan_to_num(part.value)
        below += weight
        age = np.where(is_known, np.minimum(age, part.age), age)
    used = np.sort(np.concatenate([part.used for part in parts]))
    value = ratio(above, below)
    return reading(value, where=known(value), sample=np.ones(chunk.size), age=age, used=used)


def sponsor_stability(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return 1 while the sponsor is steady, 0 after one left, recovering by half-lives once one is confirmed.

    Not known when nobody ever said anything about a sponsor.
    """
    left, confirmed = (chunk.within(chunk.of((kind,)), rule.windows) for kind in (LEFT, CONFIRMED))
    left_age = _with_noted(newest(chunk, left), chunk.sponsor_left_age)
    confirmed_age = _with_noted(newest(chunk, confirmed), chunk.sponsor_confirmed_age)
    recovered = 1.0 - 0.5 * rule.weights(np.arange(chunk.size), np.where(confirmed_age < FAR, confirmed_age, 0))
    value = np.where(left_age == FAR, 1.0, np.where(confirmed_age > left_age, 0.0, recovered))
    age = np.minimum(left_age, confirmed_age)
    value = np.where((left_age < FAR) & (confirmed_age == FAR), 0.0, value)
    used = np.sort(np.concatenate([left, confirmed]))
    return reading(value, where=age < FAR, sample=np.ones(chunk.size), age=age, used=used)


def engagement(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return meetings and replies, each halving its weight every half-life. Not known when there never was one."""
    points = {"relationship.meeting": rule.settings["meeting"], "relationship.reply": rule.settings["reply"]}
    return _faded(chunk, rule, points)


def marketing_engagement(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return weighted reactions to marketing, each halving every half-life. Not known when there never was one."""
    other = rule.settings["other"]
    kinds = sorted(kind for kind in chunk.by_kind if kind.startswith("marketing."))
    return _faded(chunk, rule, {kind: rule.settings.get(kind.partition(".")[2], other) for kind in kinds})


def soft_concern(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the sum of soft signals from -1 (against us) to 1, each halving its weight every half-life."""
    tallies = chunk.tallies
    used = chunk.valued(chunk.within(chunk.of(rule.kinds), rule.windows))
    rows = tallies.row[used]
    total = sums(rows, tallies.total[used] * rule.weights(rows, tallies.age[used]), chunk.size)
    found = counts(rows, chunk.size) > 0
    value = np.minimum(np.maximum(total, -1.0), 1.0)
    return reading(value, where=found, sample=np.ones(chunk.size), age=newest(chunk, used), used=used)


def stated(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the newest value of the kinds in the window: what a person or another system states as such."""
    tallies = chunk.tallies
    used = latest(chunk, chunk.valued(chunk.within(chunk.of(rule.kinds), rule.windows)))
    value, age = np.full(chunk.size, np.nan), np.zeros(chunk.size, dtype=np.int64)
    value[tallies.row[used]] = tallies.total[used] / tallies.valued[used]
    age[tallies.row[used]] = tallies.age[used]
    return reading(value, where=known(value), sample=np.ones(chunk.size), age=age, used=used)


def _faded(chunk: Chunk, rule: RuleColumn, points: Mapping[str, float]) -> Readings:
    tallies = chunk.tallies
    used = chunk.of(points)
    rows = tallies.row[used]
    worth = np.array([points.get(kind, 0.0) for kind in tallies.kinds] or [0.0])[tallies.kind[used]]
    weight = worth * tallies.size[used] * rule.weights(rows, tallies.age[used])
    found = counts(rows, chunk.size) > 0
    sample = sums(rows, tallies.size[used], chunk.size)
    return reading(sums(rows, weight, chunk.size), where=found, sample=sample, age=newest(chunk, used), used=used)


def _nps(chunk: Chunk, rule: RuleColumn) -> Part:
    tallies = chunk.tallies
    used = chunk.valued(chunk.within(chunk.of((NPS,)), rule.windows))
    rows, valued = tallies.row[used], tallies.valued[used]
    weight = valued * rule.weights(rows, tallies.age[used])
    above = sums(rows, weight * (tallies.total[used] / valued), chunk.size)
    value = ratio(above, sums(rows, weight, chunk.size)) / NPS_RANGE
    return Part(share=rule.settings["nps_share"], value=value, age=newest(chunk, used), used=used)


def _outside(chunk: Chunk, rule: RuleColumn) -> Part:
    """Return the mean of the latest value of each kind of health from outside."""
    tallies = chunk.tallies
    kinds = sorted(kind for kind in chunk.by_kind if kind.startswith("health.") and not kind.startswith(BY_HAND))
    latests = [latest(chunk, chunk.valued(chunk.within(chunk.of((kind,)), rule.windows))) for kind in kinds]
    used = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *latests]))
    rows = tallies.row[used]
    total = sums(rows, tallies.total[used] / tallies.valued[used], chunk.size)
    value = ratio(total, counts(rows, chunk.size)) / OUTSIDE_RANGE
    return Part(share=rule.settings["outside_share"], value=value, age=newest(chunk, used), used=used)


def _milestones(chunk: Chunk, rule: RuleColumn) -> Part:
    tallies = chunk.tallies
    sent = chunk.within(chunk.of((MILESTONE,)), rule.windows)
    is_noted = (chunk.milestone_age >= 0) & (chunk.milestone_age < rule.windows[chunk.milestone_row])
    rows = np.concatenate([tallies.row[sent], chunk.milestone_row[is_noted]])
    ages = np.concatenate([tallies.age[sent], chunk.milestone_age[is_noted]])
    order = np.argsort(rows, kind="stable")
    reached = counts(rows, chunk.size)
    share = np.minimum(reached / rule.settings["full_milestones"], 1.0)
    age = least(rows[order], ages[order], chunk.size, without=FAR)
    value = np.where(reached > 0, share, np.nan)
    return Part(share=rule.settings["milestone_share"], value=value, age=age, used=sent)


def _with_noted(age: Ints, noted: Floats) -> Ints:
    """Return the younger of an age from signals and one from the roles of contacts; days still to come do not count."""
    usable = known(noted) & (np.nan_to_num(noted) >= 0)
    return np.where(usable, np.minimum(age, np.nan_to_num(noted).astype(np.int64)), age)
