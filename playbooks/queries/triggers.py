"""Trigger rules in force, what changed since the sweep's mark, and what rules have done or would have done."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from playbooks import library
from playbooks.core.triggers import Trigger, firings_of, has_crossed, parse_trigger
from playbooks.models import TriggerRule
from renewals.models import Renewal
from signals.queries.foreseen import ScoresAhead

REPORT_DAYS = 90
SIGNAL_DAYS = 31
TABLES = {"risk.score": "signals_currentrisk", "health.score": "signals_currentscore"}

# Only accounts that something happened to since the mark; their signals are found by the key of the partitions.
HEARD = """
WITH changed AS (
    SELECT account_id FROM signals_accountchange WHERE changed_at > %(since)s
    UNION SELECT account_id FROM signals_currentscore WHERE scored_at > %(since)s
)
SELECT s.account_id, s.kind, s.id, s.received_at, s.value, s.occurred_at, s.subject FROM changed AS c
JOIN signals_signal AS s ON s.workspace_id = current_setting('perennial.workspace')::bigint
    AND s.account_id = c.account_id AND s.occurred_at > %(oldest)s AND s.occurred_at <= %(now)s
WHERE s.received_at > %(since)s AND s.kind = ANY(%(kinds)s) ORDER BY s.received_at, s.id
"""

SCORED = """
SELECT account_id, score_id, previous_value, value, scored_at FROM {table}
WHERE scored_at > %s AND value IS NOT NULL AND previous_value IS NOT NULL ORDER BY scored_at, account_id
"""

REPORT = """
SELECT f.rule_key, count(*), sum(f.times), count(*) FILTER (WHERE t.state = 'done'),
    count(*) FILTER (WHERE t.state = 'done' AND t.outcome_code = 'not_relevant' OR t.state = 'cancelled'),
    count(*) FILTER (WHERE t.state IN ('open', 'snoozed') AND f.fired_at < %(old)s),
    count(*) FILTER (WHERE f.enrolment_id IS NOT NULL)
FROM playbooks_triggerfiring AS f LEFT JOIN playbooks_task AS t ON t.workspace_id = f.workspace_id AND t.id = f.task_id
WHERE f.fired_at > %(since)s GROUP BY f.rule_key
"""

STANDING = """
SELECT f.account_id, f.type, f.reason, f.fired_at, f.rearmed_at IS NOT NULL,
    coalesce((r.definition ->> 'rearm_days')::int, 30),
    EXISTS (SELECT FROM playbooks_task AS t WHERE t.workspace_id = f.workspace_id AND t.id = f.task_id
        AND t.state IN ('open', 'snoozed'))
    OR EXISTS (SELECT FROM playbooks_enrolment AS e WHERE e.workspace_id = f.workspace_id AND e.id = f.enrolment_id
        AND e.state IN ('active', 'paused', 'parked'))
FROM playbooks_triggerfiring AS f
JOIN playbooks_triggerrule AS r ON r.workspace_id = f.workspace_id AND r.id = f.rule_id
WHERE f.account_id = ANY(%s) ORDER BY f.id
"""

PAST_SIGNALS = """
SELECT account_id, occurred_at FROM signals_signal
WHERE kind = %(kind)s AND occurred_at > %(since)s AND occurred_at <= %(now)s ORDER BY account_id, occurred_at
"""

PAST_SCORES = """
SELECT account_id, as_of, lag(value) OVER (PARTITION BY account_id, renewal_id ORDER BY as_of), value
FROM signals_score WHERE kind = %(kind)s AND as_of > %(since)s AND as_of <= %(now)s AND value IS NOT NULL
ORDER BY account_id, as_of
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A rule with the row it stands in; `rule_version` is printed beside what it does."""

    rule_id: int
    rule_version: str
    trigger: Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """Something that may set a rule off at an account: a signal, or a score that crossed its line."""

    rule: RuleInForce
    account_id: int
    seen_at: datetime
    signal_id: int | None = None
    score_id: int | None = None
    before: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardSignal:
    """A signal that may set something off; `seen_at` is when it was received."""

    account_id: int
    kind: str
    signal_id: int
    seen_at: datetime
    value: float | None
    occurred_at: datetime
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFiring:
    """The last firing of a type and reason; `armed_at` is when it may fire again, None while its work is open."""

    fired_at: datetime
    armed_at: datetime | None

    def holds_back(self, at: datetime) -> bool:
        """Answer whether nothing may fire at a moment: the work is open, days have to pass, or it fired that day."""
        return self.armed_at is None or at < self.armed_at or at.date() == self.fired_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What a rule has done in the last 90 days; `ignored` tasks have stood open for two weeks."""

    fired: int = 0
    seen: int = 0
    done: int = 0
    dismissed: int = 0
    ignored: int = 0
    enrolled: int = 0


@lru_cache(maxsize=1)
def shipped_triggers() -> tuple[Mapping[str, Any], ...]:
    """Return the shipped rules as plain tables."""
    with (Path(library.__file__).parent / "triggers.toml").open("rb") as file:
        return tuple(tomllib.load(file)["triggers"])


def rules_in_force() -> tuple[RuleInForce, ...]:
    """Return the rules of the workspace that may fire, by the order in which they were published."""
    rows = TriggerRule.objects.filter(retired_at__isnull=True).order_by("published_at", "id")
    found = ((row, parse_trigger(row.definition).trigger) for row in rows)
    return tuple(
        RuleInForce(rule_id=row.id, rule_version=f"{row.key} v{row.number}", trigger=trigger)
        for row, trigger in found
        if trigger is not None
    )


def spotted_since(rules: Sequence[RuleInForce], *, since: datetime, now: datetime) -> list[Spotted]:
    """Return what happened since the mark that may set a rule off, in the order of the rules; at most three reads."""
    return [*_heard(rules, since=since, now=now), *_crossed(rules, since=since)]


def heard_signals(kinds: Iterable[str], *, since: datetime, now: datetime) -> list[HeardSignal]:
    """Return the signals of these kinds that were received since the mark and are a month old at most, as received."""
    values = {"since": since, "now": now, "oldest": now - timedelta(days=SIGNAL_DAYS), "kinds": sorted(kinds)}
    return [
        HeardSignal(
            account_id=account,
            kind=kind,
            signal_id=signal,
            seen_at=seen_at,
            value=value,
            occurred_at=occurred_at,
            subject=subject,
        )
        for account, kind, signal, seen_at, value, occurred_at, subject in _rows(HEARD, values)
    ]


def standing_firings(account_ids: Iterable[int]) -> Mapping[int, Mapping[tuple[str, str], StandingFiring]]:
    """Return by account, type and reason what has fired last and holds the next firing back."""
    found: defaultdict[int, dict[tuple[str, str], StandingFiring]] = defaultdict(dict)
    for account, type_, why, fired_at, is_armed, rearm_days, is_busy in _rows(STANDING, [list(account_ids)]):
        armed_at = fired_at if is_armed else fired_at + timedelta(days=rearm_days)
        found[account][type_, why] = StandingFiring(fired_at=fired_at, armed_at=None if is_busy else armed_at)
    return found


def next_renewals(account_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the next open renewal of each account that has one."""
    rows = Renewal.objects.filter(account_id__in=set(account_ids), closed_on__isnull=True)
    first = rows.order_by("account_id", "due_on", "id").distinct("account_id")
    return dict(first.values_list("account_id", "id"))


def noise_report(*, now: datetime) -> Mapping[str, Noise]:
    """Return per rule key what it did in the last 90 days."""
    values = {"since": now - timedelta(days=REPORT_DAYS), "old": now - timedelta(days=14)}
    return {
        key: Noise(fired=fired, seen=int(seen), done=done, dismissed=dismissed, ignored=ignored, enrolled=enrolled)
        for key, fired, seen, done, dismissed, ignored, enrolled in _rows(REPORT, values)
    }


def would_have_fired(trigger: Trigger, *, now: datetime) -> int:
    """Return how often a rule would have fired in the last 90 days; its extra condition is not asked in the past."""
    values: dict[str, Any] = {"since": now - timedelta(days=REPORT_DAYS), "now": now}
    moments: defaultdict[int, list[datetime]] = defaultdict(list)
    if trigger.crossing is None:
        for account, at in _rows(PAST_SIGNALS, values | {"kind": trigger.signal}):
            moments[account].append(at)
    else:
        kind = trigger.crossing.field.partition(".")[0]
        for account, at, before, value in _rows(PAST_SCORES, values | {"kind": kind}):
            if has_crossed(trigger.crossing, before=before, after=value):
                moments[account].append(at)
    return firings_of({account: tuple(at) for account, at in moments.items()}, rearm_days=trigger.rearm_days)


def _heard(rules: Sequence[RuleInForce], *, since: datetime, now: datetime) -> list[Spotted]:
    wanted: defaultdict[str, list[RuleInForce]] = defaultdict(list)
    for rule in rules:
        if rule.trigger.signal:
            wanted[rule.trigger.signal].append(rule)
    if not wanted:
        return []
    return [
        Spotted(rule=rule, account_id=each.account_id, seen_at=each.seen_at, signal_id=each.signal_id, value=each.value)
        for each in heard_signals(wanted, since=since, now=now)
        for rule in wanted[each.kind]
    ]


def _crossed(rules: Sequence[RuleInForce], *, since: datetime) -> list[Spotted]:
    found: list[Spotted] = []
    for field, table in TABLES.items():
        lines = [(rule, rule.trigger.crossing) for rule in rules if rule.trigger.crossing is not None]
        lines = [(rule, line) for rule, line in lines if line is not None and line.field == field]
        rows = _rows(SCORED.format(table=table), [since]) if lines else []
        for rule, line in lines:
            found += [
                Spotted(rule=rule, account_id=account, seen_at=at, score_id=score, before=before, value=value)
                for account, score, before, value, at in rows
                if line is not None and has_crossed(line, before=before, after=value)
            ]
    return found


def crossings_ahead(
    rules: Sequence[RuleInForce], scores: Mapping[int, tuple[ScoresAhead, ...]]
) -> Mapping[int, list[Spotted]]:
    """Return by account which scores will cross a line at which moment, as the sweep will meet them."""
    lines = [(rule, rule.trigger.crossing) for rule in rules]
    found: defaultdict[int, list[Spotted]] = defaultdict(list)
    for account, ahead in scores.items():
        for each in ahead:
            for field in TABLES:
                standing = each.risks.values() if field == "risk.score" else (each.health,)
                found[account] += [
                    Spotted(rule=rule, account_id=account, seen_at=each.at, before=score.before, value=score.value)
                    for rule, line in lines
                    if line is not None and line.field == field
                    for score in standing
                    if has_crossed(line, before=score.before, after=score.value)
                ]
    return found


def _rows(sql: str, values: dict[str, Any] | list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
