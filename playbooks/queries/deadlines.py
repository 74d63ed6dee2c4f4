"""Deadlines of the other side that near or have passed in silence, with the tasks about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from playbooks.core.deadline_tasks import SilenceLadder, TheirDeadline
from playbooks.queries.notices import OPEN_TASK
from renewals.core.dates import local_date

# Only contracts that renew by themselves: silence decides nothing about the others. Open tasks are looked at whatever
# became of their deadline, so that they end with it.
WANTING = """
WITH near AS (
    SELECT id FROM renewals_notice WHERE side = 'theirs' AND kind = 'opt_out'
      AND closes_on BETWEEN %(from)s AND %(until)s
      AND (state IN ('planned', 'due') OR (state = 'not_needed' AND state_reason = 'deadline_passed'))
    UNION SELECT split_part(origin_key, ':', 2)::bigint FROM playbooks_task
    WHERE state = ANY(%(open)s) AND origin_key LIKE 'deadline:%%'
)
SELECT n.id, n.closes_on, heard.at, r.closed_on IS NOT NULL OR NOT coalesce(t.renews, false)
        OR n.state NOT IN ('planned', 'due', 'not_needed')
        OR (n.state = 'not_needed' AND n.state_reason <> 'deadline_passed'),
    n.zone, n.owner_id, n.account_id, n.renewal_id, coalesce(k.keys, '{}'), coalesce(k.open_keys, '{}')
FROM near JOIN renewals_notice AS n ON n.id = near.id JOIN renewals_renewal AS r ON r.id = n.renewal_id
LEFT JOIN LATERAL (
    SELECT is_auto_renewing OR end_action = 'renew' AS renews FROM renewals_termversion
    WHERE contract_id = r.contract_id AND number = r.term_number AND superseded_at IS NULL LIMIT 1
) AS t ON true
LEFT JOIN LATERAL (
    SELECT max(occurred_at) AS at FROM renewals_touchpoint
    WHERE account_id = n.account_id AND (direction = 'inbound' OR channel IN ('meeting', 'call'))
        AND occurred_at <= %(now)s
) AS heard ON true
LEFT JOIN LATERAL (
    SELECT array_agg(origin_key) AS keys, array_agg(origin_key) FILTER (WHERE state = ANY(%(open)s)) AS open_keys
    FROM playbooks_task WHERE account_id = n.account_id AND origin_key LIKE 'deadline:' || n.id || ':%%'
) AS k ON true
WHERE k.open_keys IS NOT NULL OR (r.closed_on IS NULL AND t.renews)
ORDER BY n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineCase:
    """One deadline of theirs with its tasks, whose it is on our side, and what day it is where it counts."""

    facts: TheirDeadline
    owner_id: int
    account_id: int
    renewal_id: int
    today: date


def silent_deadlines(ladder: SilenceLadder, *, now: datetime) -> tuple[DeadlineCase, ...]:
    """Return deadlines whose tasks may have to change, by id."""
    values = {
        "from": now.date() - timedelta(days=ladder.passed_days + 1),
        "until": now.date() + timedelta(days=ladder.listens_days + 1),
        "open": list(OPEN_TASK),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(WANTING, values)
        return tuple(_case(row, now) for row in cursor.fetchall())


def _case(row: Sequence[object], now: datetime) -> DeadlineCase:
    number, closes_on, heard_at, is_over, zone, owner, account, renewal, keys, open_keys = row
    facts = TheirDeadline(
        notice_id=number,
        closes_on=closes_on,
        heard_on=local_date(heard_at, zone) if heard_at else None,
        is_over=is_over,
        keys=tuple(keys),
        open_keys=tuple(open_keys),
    )
    return DeadlineCase(
        facts=facts, owner_id=owner, account_id=account, renewal_id=renewal, today=local_date(now, zone)
    )
