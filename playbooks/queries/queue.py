"""What the queue is made of: open renewals with amount, scores, open tasks and the waiting step, as frozen facts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from playbooks.core.queue import OpenTask, QueueFacts
from playbooks.core.states import OPEN_TASK_STATES
from playbooks.models import Task
from playbooks.queries.plans import join_as_written

RENEWALS = """
SELECT r.id AS renewal_id, r.account_id, r.owner_id, r.due_on, r.notice_on, r.stage, r.currency, r.target_amount,
    a.name AS account_name, a.tier, a.segment, w.currency AS home, x.rate,
    h.value AS health_score, h.band AS health_band, k.value AS risk_score, k.band AS risk_band,
    k.previous_value AS risk_before, k.renew_probability, s.step_key, s.due_local_on,
    k.reasons::text AS risk_reasons, h.reasons::text AS health_reasons, EXISTS (
        SELECT 1 FROM playbooks_enrolment AS o WHERE o.workspace_id = r.workspace_id AND o.renewal_id = r.id
        AND o.state IN ('active', 'paused', 'parked')) AS has_playbook
FROM renewals_renewal AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
JOIN renewals_workspace AS w ON w.id = r.workspace_id
LEFT JOIN signals_currentscore AS h ON h.workspace_id = a.workspace_id AND h.account_id = a.id
LEFT JOIN signals_currentrisk AS k ON k.workspace_id = r.workspace_id AND k.renewal_id = r.id
LEFT JOIN LATERAL (
    SELECT rate FROM renewals_fxrate WHERE workspace_id = r.workspace_id AND currency = r.currency
        AND r.currency <> w.currency AND rate_on <= %(today)s ORDER BY rate_on DESC LIMIT 1
) AS x ON true
LEFT JOIN LATERAL (
    SELECT p.step_key, p.due_local_on FROM playbooks_enrolment AS e
    JOIN playbooks_steprun AS p ON p.workspace_id = e.workspace_id AND p.enrolment_id = e.id
    WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id AND e.state IN ('active', 'paused', 'parked')
        AND p.state IN ('scheduled', 'claimed', 'waiting') ORDER BY p.due_at LIMIT 1
) AS s ON true
WHERE r.id = ANY(%(ids)s::bigint[]) AND r.closed_on IS NULL ORDER BY r.id
"""

# What may have changed an entry since it was written: the renewal, its account, its scores, its tasks, its steps, a
# new day. Entries of closed renewals and renewals without an entry are among them.
CHANGED = """
SELECT r.id FROM renewals_renewal AS r
LEFT JOIN playbooks_queueentry AS q ON q.workspace_id = r.workspace_id AND q.renewal_id = r.id
WHERE (r.closed_on IS NULL) <> (q.id IS NOT NULL) OR (r.closed_on IS NULL AND (
    q.refreshed_on <> %(today)s OR q.risk_band IS NULL OR r.updated_at > q.refreshed_at
    OR EXISTS (SELECT 1 FROM renewals_account AS a
        WHERE a.workspace_id = r.workspace_id AND a.id = r.account_id AND a.updated_at > q.refreshed_at)
    OR EXISTS (SELECT 1 FROM signals_currentscore AS h
        WHERE h.workspace_id = r.workspace_id AND h.account_id = r.account_id AND h.scored_at > q.refreshed_at)
    OR EXISTS (SELECT 1 FROM signals_currentrisk AS k
        WHERE k.workspace_id = r.workspace_id AND k.renewal_id = r.id AND k.scored_at > q.refreshed_at)
    OR EXISTS (SELECT 1 FROM playbooks_task AS t
        WHERE t.workspace_id = r.workspace_id AND t.renewal_id = r.id AND t.updated_at > q.refreshed_at)
    OR EXISTS (SELECT 1 FROM playbooks_enrolment AS e
        JOIN playbooks_steprun AS p ON p.workspace_id = e.workspace_id AND p.enrolment_id = e.id
        WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id
          AND greatest(p.created_at, p.done_at, e.updated_at) > q.refreshed_at)))
ORDER BY r.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCase:
    """One open renewal: the facts of its line, and the columns that are only shown."""

    facts: QueueFacts
    shown: Mapping[str, Any]


def queue_cases(renewal_ids: list[int], *, today: date) -> tuple[QueueCase, ...]:
    """Return the open ones among these renewals, with two statements."""
    join_as_written()
    rows = _dicts(RENEWALS, {"ids": renewal_ids, "today": today})
    tasks: dict[int, list[OpenTask]] = defaultdict(list)
    open_tasks = Task.objects.filter(renewal_id__in=renewal_ids, state__in=OPEN_TASK_STATES).order_by("due_on", "id")
    for task, renewal, title, due_on, until in open_tasks.values_list(
        "id", "renewal_id", "title", "due_on", "snoozed_until_on"
    ):
        tasks[renewal].append(OpenTask(task_id=task, title=title, due_on=due_on, snoozed_until_on=until))
    return tuple(_case(row, tuple(tasks[row["renewal_id"]])) for row in rows)


def changed_renewals(*, today: date, limit: int) -> list[int]:
    """Return ids of renewals whose queue entry is missing, stale, or no longer wanted; oldest ids first."""
    join_as_written()
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"today": today, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def reporting_amount(row: Mapping[str, Any]) -> Decimal | None:
    """Return the amount in the workspace's currency; None when no exchange rate is on record."""
    if row["currency"] == row["home"]:
        return Decimal(row["target_amount"])
    return None if row["rate"] is None else Decimal(row["target_amount"]) * Decimal(row["rate"])


def _case(row: Mapping[str, Any], tasks: tuple[OpenTask, ...]) -> QueueCase:
    probability, reporting = row["renew_probability"], reporting_amount(row)
    facts = QueueFacts(
        renewal_id=row["renewal_id"],
        segment=row["segment"],
        arr_amount=Decimal(row["target_amount"]) if reporting is None else reporting,
        loss_probability=None if probability is None else 1 - probability,
        due_on=row["due_on"],
        notice_on=row["notice_on"],
        tasks=tasks,
        next_step_key=row["step_key"],
        next_step_on=row["due_local_on"],
    )
    return QueueCase(facts=facts, shown=row)


def _dicts(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
