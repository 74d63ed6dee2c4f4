"""Measures of the relationship: perceived value, sponsor, engagement, marketing, soft signals."""

import math
from datetime import date

from signals.core.features.facts import Reading, Tally, View
from signals.core.features.service import decay
from signals.core.scorecard import MeasureRule

NPS_RANGE, OUTSIDE_RANGE = 10.0, 100.0
Part = tuple[float, float, tuple[Tally, ...], int]  # share, value 0..1, tallies, age in days


def perceived_value(view: View, rule: MeasureRule) -> Reading | None:
    """Return surveys, health from outside and milestones as 0 to 1, weighed by share and freshness of each."""
    parts = [part for part in (_nps(view, rule), _outside(view, rule), _milestones(view, rule)) if part]
    if not parts:
        return None
    weights = [share * decay(age, rule.half_life_days) for share, _, _, age in parts]
    value = math.fsum(w * part[1] for w, part in zip(weights, parts, strict=True)) / math.fsum(weights)
    used = tuple(tally for part in parts for tally in part[2])
    return Reading(value=value, sample=1.0, age_days=min(part[3] for part in parts), tallies=used)


def sponsor_stability(view: View, rule: MeasureRule) -> Reading | None:
    """Return 1 while the sponsor is steady, 0 after one left, recovering by half-lives once one is confirmed.

    None when nobody ever said anything about a sponsor.
    """
    left = view.of("relationship.sponsor_left", rule.window_days)
    confirmed = view.of("relationship.sponsor_confirmed", rule.window_days)
    left_age = _youngest(left, view.facts.sponsor_left_on, view.facts.as_of_on)
    confirmed_age = _youngest(confirmed, view.facts.sponsor_confirmed_on, view.facts.as_of_on)
    ages = [age for age in (left_age, confirmed_age) if age is not None]
    if not ages:
        return None
    value = _steadiness(left_age, confirmed_age, rule.half_life_days)
    return Reading(value=value, sample=1.0, age_days=min(ages), tallies=(*left, *confirmed))


def engagement(view: View, rule: MeasureRule) -> Reading | None:
    """Return meetings and replies, each halving its weight every half-life. None when the account never had any."""
    points = {"relationship.meeting": rule.settings["meeting"], "relationship.reply": rule.settings["reply"]}
    return _decayed(view, rule, points)


def marketing_engagement(view: View, rule: MeasureRule) -> Reading | None:
    """Return weighted reactions to marketing, each halving every half-life. None when there never was one."""
    other = rule.settings["other"]
    kinds = sorted(kind for kind in view.by_kind if kind.startswith("marketing."))
    return _decayed(view, rule, {kind: rule.settings.get(kind.partition(".")[2], other) for kind in kinds})


def soft_concern(view: View, rule: MeasureRule) -> Reading | None:
    """Return the sum of soft signals from -1 (against us) to 1, each halving its weight every half-life."""
    used = tuple(b for kind in rule.kinds for b in view.of(kind, rule.window_days) if b.valued)
    if not used:
        return None
    total = math.fsum(tally.total * decay(tally.age, rule.half_life_days) for tally in used)
    newest = min(tally.age for tally in used)
    return Reading(value=min(max(total, -1.0), 1.0), sample=1.0, age_days=newest, tallies=used)


def _decayed(view: View, rule: MeasureRule, points: dict[str, float]) -> Reading | None:
    used = tuple(tally for kind in points for tally in view.by_kind.get(kind, ()))
    if not used:
        return None
    value = math.fsum(points[b.kind] * b.size * decay(b.age, rule.half_life_days) for b in used)
    count = sum(tally.size for tally in used)
    return Reading(value=value, sample=float(count), age_days=min(b.age for b in used), tallies=used)


def _nps(view: View, rule: MeasureRule) -> Part | None:
    answers = tuple(b for b in view.of("relationship.nps", rule.window_days) if b.valued)
    if not answers:
        return None
    weights = [b.valued * decay(b.age, rule.half_life_days) for b in answers]
    means = [b.total / b.valued for b in answers]
    value = math.fsum(w * m for w, m in zip(weights, means, strict=True)) / math.fsum(weights) / NPS_RANGE
    return rule.settings["nps_share"], value, answers, min(b.age for b in answers)


def _outside(view: View, rule: MeasureRule) -> Part | None:
    kinds = sorted(kind for kind in view.by_kind if kind.startswith("health."))
    latest = [_latest(view.of(kind, rule.window_days)) for kind in kinds]
    known = tuple(tally for tally in latest if tally is not None)
    if not known:
        return None
    value = math.fsum(b.total / b.valued for b in known) / len(known) / OUTSIDE_RANGE
    return rule.settings["outside_share"], value, known, min(b.age for b in known)


def _milestones(view: View, rule: MeasureRule) -> Part | None:
    sent = view.of("usage.milestone", rule.window_days)
    noted = [(view.facts.as_of_on - day).days for day in view.facts.milestones_on]
    ages = [b.age for b in sent] + [age for age in noted if 0 <= age < rule.window_days]
    if not ages:
        return None
    value = min(len(ages) / rule.settings["full_milestones"], 1.0)
    return rule.settings["milestone_share"], value, sent, min(ages)


def _latest(tallies: tuple[Tally, ...]) -> Tally | None:
    return min((b for b in tallies if b.valued), key=lambda b: b.age, default=None)


def _youngest(tallies: tuple[Tally, ...], day: date | None, as_of_on: date) -> int | None:
    ages = [tally.age for tally in tallies]
    if day is not None and day <= as_of_on:
        ages.append((as_of_on - day).days)
    return min(ages, default=None)


def _steadiness(left_age: int | None, confirmed_age: int | None, half_life_days: float) -> float:
    if left_age is None:
        return 1.0
    if confirmed_age is None or confirmed_age > left_age:
        return 0.0
    return 1.0 - 0.5 * decay(confirmed_age, half_life_days)
