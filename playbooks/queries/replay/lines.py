"""What was recorded about renewals over time: decisions with their inputs, scores, records of account and renewal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection

from playbooks.core.fields import FACT_FIELDS, FactKind
from playbooks.core.replay.line import CLOCK_FACTS, FactLine, Series, Told
from playbooks.models import Decision
from renewals.core.conditions import Facts
from signals.queries.kept_scores import KeptScore, kept_scores

DECIDING = ("enrol", "step", "replan")
HOLD = "hold"
NUMBERS = frozenset(name for name, item in FACT_FIELDS.items() if item.kind is FactKind.NUMBER)
RECORDS = """
SELECT id, pgh_created_at, {columns} FROM {table} WHERE {key} = ANY(%s::bigint[]) ORDER BY pgh_obj_id, pgh_id
"""
ACCOUNT_COLUMNS = ("segment", "tier", "industry", "region", "country", "product_complexity", "employees")
REPLIES = """
SELECT account_id, occurred_at FROM renewals_touchpoint
WHERE account_id = ANY(%s::bigint[]) AND direction = 'inbound' ORDER BY account_id, occurred_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded of some accounts: decisions by renewal, scores and records by account or renewal, replies.

    `looks` say when a step was due and looked at, and whether that ended it, by renewal and step.
    """

    told: Mapping[int, tuple[Told, ...]] = field(default_factory=dict)
    looks: Mapping[int, Mapping[str, Sequence[tuple[datetime, datetime, bool]]]] = field(default_factory=dict)
    health: Mapping[int, Series] = field(default_factory=dict)
    risk: Mapping[int, Series] = field(default_factory=dict)
    accounts: Mapping[int, Series] = field(default_factory=dict)
    stages: Mapping[int, Series] = field(default_factory=dict)
    replies: Mapping[int, tuple[datetime, ...]] = field(default_factory=dict)

    def line_of(self, renewal_id: int, account_id: int, *, forced: tuple[Series, ...] = ()) -> FactLine:
        """Return the facts of a renewal over time; `forced` series lie over all others."""
        none = Series()
        own = (
            self.accounts.get(account_id, none),
            self.stages.get(renewal_id, none),
            self.health.get(account_id, none),
            self.risk.get(renewal_id, none),
        )
        series = tuple(item for item in own if item.instants)
        return FactLine(told=self.told.get(renewal_id, ()), series=series, forced=forced)


def recorded_of(account_ids: Sequence[int], renewal_ids: Sequence[int], *, until: datetime) -> Recorded:
    """Return what was recorded of these accounts and renewals up to an instant, in six statements."""
    scores = list(kept_scores(account_ids, until=until))
    replies: dict[int, list[datetime]] = defaultdict(list)
    for account, at in _rows(REPLIES, [list(account_ids)]):
        replies[account].append(at)
    told, looks = _told(renewal_ids, until=until)
    return Recorded(
        told=told,
        looks=looks,
        health=series_of((item.account_id, item.as_of, health_facts(item)) for item in scores if not item.renewal_id),
        risk=series_of((item.renewal_id, item.as_of, risk_facts(item)) for item in scores if item.renewal_id),
        accounts=_account_records(account_ids),
        stages=_stages(renewal_ids),
        replies={account: tuple(times) for account, times in replies.items()},
    )


def forced_series(scores: Iterable[KeptScore]) -> tuple[Mapping[int, Series], Mapping[int, Series]]:
    """Return scores under other rules as series: health by account, risk by renewal."""
    found = list(scores)
    return (
        series_of((item.account_id, item.as_of, health_facts(item)) for item in found if not item.renewal_id),
        series_of((item.renewal_id, item.as_of, risk_facts(item)) for item in found if item.renewal_id),
    )


def health_facts(score: KeptScore) -> Facts:
    """Return a health as conditions read it."""
    return {"health.score": score.value, "health.band": score.band or None, "health.coverage": score.coverage}


def risk_facts(score: KeptScore) -> Facts:
    """Return a risk as conditions read it."""
    probability = score.renew_probability
    return {
        "risk.score": score.value,
        "risk.band": score.band or None,
        "risk.renew_probability": probability,
        "risk.loss_probability": None if probability is None else 1 - probability,
    }


def series_of(rows: Iterable[tuple[int, datetime, Facts]]) -> Mapping[int, Series]:
    """Return series by key from (key, instant, facts) in the order of time."""
    instants: dict[int, list[datetime]] = defaultdict(list)
    facts: dict[int, list[Facts]] = defaultdict(list)
    for key, at, found in rows:
        instants[key].append(at)
        facts[key].append(found)
    return {key: Series(tuple(instants[key]), tuple(facts[key])) for key in instants}


def exact(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept facts as they were decided on: a number that was kept as text is a number."""
    return {
        name: _number(value) if name in NUMBERS and isinstance(value, str) else value for name, value in facts.items()
    }


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


Look = tuple[datetime, datetime, bool]
"""When a step was due, when the engine came to it, and whether that ended it."""

Looks = Mapping[int, Mapping[str, Sequence[Look]]]


def _told(renewal_ids: Sequence[int], *, until: datetime) -> tuple[Mapping[int, tuple[Told, ...]], Looks]:
    """Decisions to enrol and about steps, by renewal; a renewal that was turned away was told its facts as well.

    A look that only waited on and was told nothing new is left out. Besides, when each step was looked at.
    """
    found: dict[int, list[Told]] = defaultdict(list)
    looks: dict[int, dict[str, list[Look]]] = defaultdict(dict)
    rows = Decision.objects.filter(renewal_id__in=renewal_ids, kind__in=DECIDING, decided_at__lte=until)
    columns = ("renewal_id", "decided_at", "inputs", "kind", "verdict", "step_key")
    for renewal, at, inputs, kind, verdict, step in rows.order_by("decided_at", "id").values_list(*columns):
        if kind == "step":
            due_at = inputs.get("due_at")
            due = datetime.fromisoformat(due_at) if isinstance(due_at, str) else at
            looks[renewal].setdefault(step, []).append((due, at, verdict != HOLD))
        if not inputs:
            continue  # erased, or never kept: what was recorded besides has to do
        told = Told(at=at, inputs=inputs | {"facts": exact(inputs.get("facts", inputs))})
        if verdict != HOLD or not found[renewal] or _news(told) != _news(found[renewal][-1]):
            found[renewal].append(told)
    return {renewal: tuple(told) for renewal, told in found.items()}, looks


def _news(told: Told) -> dict[str, Any]:
    """What a decision was told, without what time alone changes."""
    facts = {name: value for name, value in told.facts.items() if name not in CLOCK_FACTS}
    return {name: value for name, value in told.inputs.items() if name != "due_at"} | {"facts": facts}


def _account_records(account_ids: Sequence[int]) -> Mapping[int, Series]:
    columns = ", ".join(ACCOUNT_COLUMNS)
    sql = (
        f"SELECT pgh_obj_id, pgh_created_at, {columns} FROM renewals_accountevent WHERE pgh_obj_id = ANY(%s::bigint[])"
    )
    rows = _rows(f"{sql} ORDER BY pgh_obj_id, pgh_id", [list(account_ids)])
    return series_of(
        (
            row[0],
            row[1],
            {f"account.{name}": value or None for name, value in zip(ACCOUNT_COLUMNS, row[2:], strict=True)},
        )
        for row in rows
    )


def _stages(renewal_ids: Sequence[int]) -> Mapping[int, Series]:
    sql = """
    SELECT pgh_obj_id, pgh_created_at, stage FROM renewals_renewalevent
    WHERE pgh_obj_id = ANY(%s::bigint[]) ORDER BY pgh_obj_id, pgh_id
    """
    return series_of((row[0], row[1], {"renewal.stage": row[2]}) for row in _rows(sql, [list(renewal_ids)]))


def _rows(sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
