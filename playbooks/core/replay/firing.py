"""When a rule that watches a score fires, by recorded scores: at the crossing of its line, once until armed again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playbooks.core.replay.line import FactLine, Series
from playbooks.core.triggers import Trigger, has_crossed
from renewals.core.conditions import Answer, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRule:
    """A version of a rule with a line, and when it was in force; `until` None: it still is."""

    trigger: Trigger
    since: datetime
    until: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Answer whether it was in force."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that fires at an instant."""

    trigger: Trigger
    at: datetime


def with_lines(rules: Iterable[WatchedRule], lines: Mapping[str, float]) -> tuple[WatchedRule, ...]:
    """Return the rules with other limits, by key; those that are not named stay."""
    return tuple(_with_line(rule, lines[rule.trigger.key]) if rule.trigger.key in lines else rule for rule in rules)


def firings(
    rules: Sequence[WatchedRule],
    line: FactLine,
    scores: Mapping[str, Series],
    recorded: Mapping[str, Sequence[datetime]],
) -> tuple[Fired, ...]:
    """Return when rules fire for one renewal, in the order of time.

    A score crosses a line when it holds now and did not as the day before ended. `recorded` are the instants at which
    rules fired, by key: the sweep of that day that saw it. Rules of one type and reason hold each other back, the first
    in the order given goes before, until it has waited out its days.
    """
    found: list[Fired] = []
    armed_at: dict[tuple[str, str], datetime] = {}
    for at, rule in sorted(_crossings(rules, scores), key=lambda item: item[0]):
        trigger = rule.trigger
        key = trigger.type.value, trigger.reason
        seen_at = _sweep(at, recorded.get(trigger.key, ()))
        if seen_at < armed_at.get(key, seen_at):
            continue
        if evaluate(trigger.when, line.facts_at(seen_at, today={})).answer is Answer.YES:
            found.append(Fired(trigger=trigger, at=seen_at))
            armed_at[key] = seen_at + timedelta(days=trigger.rearm_days)
    return tuple(found)


def _crossings(rules: Sequence[WatchedRule], scores: Mapping[str, Series]) -> Iterable[tuple[datetime, WatchedRule]]:
    for rule in rules:
        line = rule.trigger.crossing
        if line is None:
            continue
        series = scores.get(line.field, Series())
        for at, facts in zip(series.instants, series.facts, strict=True):
            day_began = at.replace(hour=0, minute=0, second=0, microsecond=0)
            before = series.at(day_began - timedelta(microseconds=1)).get(line.field)
            after = facts.get(line.field)
            if rule.holds_at(at) and has_crossed(line, before=_number(before), after=_number(after)):
                yield at, rule


def _sweep(at: datetime, recorded: Sequence[datetime]) -> datetime:
    """Return the recorded sweep that saw it: within a day, else the instant itself."""
    return min((seen for seen in recorded if at <= seen <= at + timedelta(days=1)), default=at)


def _with_line(rule: WatchedRule, value: float) -> WatchedRule:
    line = rule.trigger.crossing
    return rule if line is None else replace(rule, trigger=replace(rule.trigger, crossing=replace(line, value=value)))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
