"""Write scores: history for those that changed, and the current rows, each with one statement per chunk."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg2.extras import execute_values

from signals.core.explain import Reason, health_reasons, risk_reasons
from signals.core.features import AccountFacts
from signals.core.health import HealthResult
from signals.core.records import HEALTH_AGES, RISK_AGES, changing_part, health_record, risk_record
from signals.core.risk import BASE, RiskResult
from signals.core.scoring import AccountScores
from signals.models import CurrentRisk, CurrentScore, Score
from signals.queries.facts import Moment
from signals.queries.scorecards import RulesInForce

HISTORY = """
INSERT INTO signals_score (workspace_id, account_id, renewal_id, scorecard_id, kind, state, as_of, recorded_at, value,
                           renew_probability, coverage, input_hash, details)
VALUES %s RETURNING account_id, renewal_id, id
"""
SHARED = (
    "workspace_id",
    "account_id",
    "score_id",
    "state",
    "band",
    "value",
    "previous_value",
    "coverage",
    "known_count",
    "measures_count",
    "stale_count",
    "oldest_input_days",
    "as_of",
    "scored_at",
    "reasons",
    "input_hash",
)
OVERRIDABLE = ("signals_currentscore", "signals_currentrisk")
RISK_ONLY = ("renewal_id", "renew_probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One account with what it was scored from and what came out."""

    facts: AccountFacts
    renewals: Mapping[int, date]
    scores: AccountScores


@dataclass(frozen=True, slots=True)
class Entry:
    """A score on its way into the tables. `key` is (account, renewal or None); `tail` is what only the history has."""

    key: tuple[int, int | None]
    kind: str
    scorecard_id: int
    record: Mapping[str, Any]
    input_hash: str
    result: HealthResult | RiskResult
    reasons: tuple[Reason, ...]

    @property
    def renew_probability(self) -> float | None:
        """Return the probability to renew; None for health and when not scored."""
        return self.result.renew_probability if isinstance(self.result, RiskResult) else None


@dataclass(frozen=True, slots=True)
class Before:
    """The current row as it is."""

    score_id: int
    input_hash: str
    as_of_on: date
    value: float | None
    previous_value: float | None


def write_scores(workspace_id: int, *, scored: list[Scored], moment: Moment, rules: RulesInForce) -> int:
    """Write history and current rows and return how many history rows there are; what is the same is left alone."""
    before = _before([each.facts.account_id for each in scored])
    entries = [entry for each in scored for entry in _entries(each, rules)]
    kept = _kept(scored, moment) if moment.as_of < moment.known_at else {k: row.input_hash for k, row in before.items()}
    fresh = [entry for entry in entries if kept.get(entry.key) != entry.input_hash]
    ids = _write_history(workspace_id, fresh, moment)
    moved = [entry for entry in entries if _moves(entry, before.get(entry.key), moment)]
    rows = [_current(workspace_id, entry, before.get(entry.key), ids, moment) for entry in moved]
    _upsert("signals_currentscore", SHARED, "account_id", [row[:-2] for row in rows if row[-2] is None])
    _upsert("signals_currentrisk", (*SHARED, *RISK_ONLY), "renewal_id", [row for row in rows if row[-2] is not None])
    _drop_closed(scored)
    return len(fresh)


def _entries(each: Scored, rules: RulesInForce) -> Iterable[Entry]:
    account_id, health = each.facts.account_id, each.scores.health
    record = health_record(each.facts, health)
    digest = _digest(rules.health_version_id, health.state, changing_part(record, ages=HEALTH_AGES))
    key = (account_id, None)
    yield Entry(key, "health", rules.health_version_id, record, digest, health, health_reasons(health))
    for renewal_id, risk in each.scores.risks.items():
        due_on = each.renewals[renewal_id]
        record = risk_record(each.facts, risk, due_on=due_on, health_version_id=rules.health_version_id)
        digest = _digest(rules.risk_version_id, risk.state, changing_part(record, ages=RISK_AGES))
        yield Entry((account_id, renewal_id), "risk", rules.risk_version_id, record, digest, risk, risk_reasons(risk))


def _digest(version_id: int, state: str, part: list[Any]) -> str:
    return hashlib.md5(json.dumps([version_id, state, part]).encode(), usedforsecurity=False).hexdigest()


def _before(account_ids: list[int]) -> dict[tuple[int, int | None], Before]:
    fields = ("score_id", "input_hash", "as_of", "value", "previous_value", "computed")
    scores = CurrentScore.objects.filter(account_id__in=account_ids).values_list("account_id", *fields)
    risks = CurrentRisk.objects.filter(account_id__in=account_ids).values_list("account_id", "renewal_id", *fields)
    rows = [((row[0], None), row[1:]) for row in scores] + [((row[0], row[1]), row[2:]) for row in risks]
    return {key: _row_before(*row) for key, row in rows}


def _row_before(
    score_id: int, digest: UUID, as_of: datetime, value: float | None, previous: float | None, computed: Any
) -> Before:
    """What the rules said counts, also while a person's word stands in its place."""
    said = computed["value"] if computed is not None else value
    return Before(score_id, digest.hex, as_of.astimezone(UTC).date(), said, previous)


def _kept(scored: list[Scored], moment: Moment) -> dict[tuple[int, int | None], str]:
    """Return the last history row of each score at an earlier moment, by its input hash."""
    rows = (
        Score.objects.filter(account_id__in=[each.facts.account_id for each in scored], as_of__lte=moment.as_of)
        .order_by("account_id", "renewal_id", "-as_of", "-id")
        .distinct("account_id", "renewal_id")
        .values_list("account_id", "renewal_id", "input_hash")
    )
    return {(account_id, renewal_id): digest.hex for account_id, renewal_id, digest in rows}


def _moves(entry: Entry, before: Before | None, moment: Moment) -> bool:
    """Answer whether the current row changes: never back in time, and on the same day only for other inputs."""
    if before is None or moment.day > before.as_of_on:
        return True
    return moment.day == before.as_of_on and before.input_hash != entry.input_hash


def _write_history(workspace_id: int, entries: list[Entry], moment: Moment) -> dict[tuple[int, int | None], int]:
    rows = [
        (
            workspace_id,
            *entry.key,
            entry.scorecard_id,
            entry.kind,
            entry.result.state,
            moment.as_of,
            moment.known_at,
            entry.result.value,
            entry.renew_probability,
            entry.result.coverage,
            entry.input_hash,
            json.dumps(entry.record),
        )
        for entry in entries
    ]
    with connection.cursor() as cursor:
        made = execute_values(cursor.cursor, HISTORY, rows, page_size=1000, fetch=True) if rows else []
    return {(account_id, renewal_id): score_id for account_id, renewal_id, score_id in made}


def _current(
    workspace_id: int, entry: Entry, before: Before | None, ids: Mapping[tuple[int, int | None], int], moment: Moment
) -> tuple[Any, ...]:
    result = entry.result
    known = [part for part in result.contributions if part.key != BASE]
    ages = [part.age_days for part in known if part.age_days is not None]
    is_later_day = before is not None and moment.day > before.as_of_on
    previous = before.value if before and is_later_day else before.previous_value if before else None
    return (
        workspace_id,
        entry.key[0],
        ids.get(entry.key, before.score_id if before else None),
        result.state,
        result.band,
        result.value,
        previous,
        result.coverage,
        len(known),
        len(known) + len(result.missing),
        sum(part.is_stale for part in known),
        max(ages, default=None),
        moment.as_of,
        moment.known_at,
        json.dumps([asdict(reason) for reason in entry.reasons]),
        entry.input_hash,
        entry.key[1],
        entry.renew_probability,
    )


def _upsert(table: str, columns: Sequence[str], unique: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in ("workspace_id", unique))
    if table in OVERRIDABLE:
        changes += ", override_id = NULL, computed = NULL"  # settle_overrides puts what stands back in its place
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES %s"
        f" ON CONFLICT (workspace_id, {unique}) DO UPDATE SET {changes}"
    )
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, statement, rows, page_size=1000)


def _drop_closed(scored: list[Scored]) -> None:
    """A closed renewal has no risk any more; its history stays."""
    ids = [each.facts.account_id for each in scored]
    still_open = [renewal_id for each in scored for renewal_id in each.renewals]
    CurrentRisk.objects.filter(account_id__in=ids).exclude(renewal_id__in=still_open).delete()
