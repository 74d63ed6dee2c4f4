"""Keep the queue's read model true: rewrite the lines whose facts changed, or all of them to the same figures."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from playbooks.actions.bulk import as_json
from playbooks.actions.step_rows import shown
from playbooks.core.at_risk import NOTHING, MainReason, is_swing, main_reason
from playbooks.core.queue import QueueItem, queue_item
from playbooks.models import QueueEntry
from playbooks.queries.library import at_risk_rules, queue_weights
from playbooks.queries.queue import QueueCase, changed_renewals, queue_cases, reporting_amount
from renewals.core.metrics import arr_at_risk
from renewals.core.money import Money, stored

CHUNK = 1000
KEY = "renewal_id"
TREND_STEP = 1.0
SHOWN_PARTS = ("arr_amount", "loss_probability", "loss_source", "urgency", "urgency_days", "urgency_anchor")
COPIED = (
    "account_id",
    "owner_id",
    "account_name",
    "tier",
    "segment",
    "stage",
    "currency",
    "due_on",
    "notice_on",
    "health_score",
    "risk_score",
    "renew_probability",
    "has_playbook",
)

GONE = """
DELETE FROM playbooks_queueentry WHERE renewal_id = ANY(%s::bigint[]) AND NOT renewal_id = ANY(%s::bigint[])
"""


def refresh_queue(*, workspace_id: int, now: datetime, today: date | None = None) -> int:
    """Rewrite every line of the workspace that may have changed; returns how many were looked at.

    Run inside the workspace. `today` is the workspace's local day; None is the day of `now`.
    """
    day, done = today or now.date(), 0
    while ids := changed_renewals(today=day, limit=CHUNK):
        with transaction.atomic():
            refresh_entries(renewal_ids=ids, now=now, today=day)
        done += len(ids)
        if len(ids) < CHUNK:
            break
    return done


def rebuild_queue(*, workspace_id: int, now: datetime, today: date | None = None) -> int:
    """Throw the workspace's lines away and write them anew; returns how many. The figures come out the same."""
    with transaction.atomic():
        QueueEntry.objects.filter(workspace_id=workspace_id).delete()
        return refresh_queue(workspace_id=workspace_id, now=now, today=today)


def refresh_entries(*, renewal_ids: Sequence[int | None], now: datetime, today: date | None = None) -> None:
    """Rewrite the lines of these renewals, in the caller's transaction; closed ones lose theirs."""
    ids, day, weights = sorted({item for item in renewal_ids if item is not None}), today or now.date(), queue_weights()
    if not ids:
        return
    rows = [
        _row(case, queue_item(weights, case.facts, today=day), now=now, today=day)
        for case in queue_cases(ids, today=day)
    ]
    with connection.cursor() as cursor:
        cursor.execute(GONE, [ids, [row["renewal_id"] for row in rows]])
        if rows:
            workspace = connection.ops.quote_name("workspace_id")
            cursor.execute(_upsert_sql(workspace), [as_json(rows)])


def _row(case: QueueCase, item: QueueItem, *, now: datetime, today: date) -> dict[str, Any]:
    row, action, parts = case.shown, item.action, item.parts
    amount, found = reporting_amount(row), _reason_of(row)
    band = row["risk_band"] or ""
    return {name: row[name] for name in COPIED} | {
        "renewal_id": item.renewal_id,
        "renewal_amount": Decimal(row["target_amount"]),
        "reporting_amount": None if amount is None else stored(amount),
        "health_band": row["health_band"] or "",
        "risk_band": band,
        "risk_trend": _trend(row["risk_before"], row["risk_score"]),
        "loss_probability": parts.loss_probability,
        "at_risk_amount": _at_risk(amount, parts.loss_probability, row["home"]),
        "risk_reason": found.key,
        "is_actionable": found.is_actionable,
        "is_swing": is_swing(at_risk_rules(), found, band=band, due_on=row["due_on"], today=today),
        "urgency": parts.urgency,
        "priority": parts.priority,
        "parts": {**{name: getattr(parts, name) for name in SHOWN_PARTS}, "is_rate_missing": amount is None},
        "group": item.group.value,
        "next_task_id": action.task_id,
        "next_title": (action.title or action.step_key or "")[:200],
        "next_due_on": action.due_on,
        "why": shown(item.why_now),
        "refreshed_at": now,
        "refreshed_on": today,
    }


def _reason_of(row: Mapping[str, Any]) -> MainReason:
    """Return what raises the risk most; a renewal that is not scored has no reason, whatever was known of it before."""
    if not row["risk_band"]:
        return NOTHING
    risk, health = (json.loads(row[name] or "[]") for name in ("risk_reasons", "health_reasons"))
    return main_reason(at_risk_rules(), risk=risk, health=health)


def _at_risk(amount: Decimal | None, loss_probability: float, currency: str) -> Decimal | None:
    if amount is None:
        return None
    return arr_at_risk(Money(stored(amount), currency), loss_probability=loss_probability).amount


def _trend(before: float | None, now: float | None) -> str:
    if before is None or now is None or abs(now - before) < TREND_STEP:
        return "" if before is None or now is None else "level"
    return "up" if now > before else "down"


def _upsert_sql(workspace: str) -> str:
    fields = [field for field in QueueEntry._meta.concrete_fields if not field.primary_key]
    fields = [field for field in fields if field.column != "workspace_id"]
    names = ", ".join(f'"{field.column}"' for field in fields)
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    news = ", ".join(f'"{field.column}" = excluded."{field.column}"' for field in fields if field.column != KEY)
    return (
        f"INSERT INTO playbooks_queueentry ({workspace}, {names}) "
        f"SELECT current_setting('perennial.workspace')::bigint, {names} FROM json_to_recordset(%s) AS r({types}) "
        f'ON CONFLICT (workspace_id, "{KEY}") DO UPDATE SET {news}'
    )
