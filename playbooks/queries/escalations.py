"""Enrolments whose ladder has to be looked at again, and what is kept of their rungs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from playbooks.core.escalation import Rung
from playbooks.queries.plans import join_as_written

# Looked at before, and nothing it reads has moved since: a score, the renewal, the account, a rung's task. Days pass by
# themselves, so each is looked at once a day at least.
CHANGED = """
SELECT e.id FROM playbooks_enrolment AS e
JOIN renewals_renewal AS r ON r.workspace_id = e.workspace_id AND r.id = e.renewal_id AND r.closed_on IS NULL
LEFT JOIN playbooks_escalationmark AS m ON m.workspace_id = e.workspace_id AND m.enrolment_id = e.id
WHERE e.id > %(after)s AND e.state IN ('active', 'paused', 'parked')
    AND (m.looked_at IS NULL OR m.looked_at::date < %(today)s
    OR r.updated_at > m.looked_at
    OR EXISTS (SELECT 1 FROM renewals_account AS a
        WHERE a.workspace_id = r.workspace_id AND a.id = r.account_id AND a.updated_at > m.looked_at)
    OR EXISTS (SELECT 1 FROM signals_currentscore AS h
        WHERE h.workspace_id = r.workspace_id AND h.account_id = r.account_id AND h.scored_at > m.looked_at)
    OR EXISTS (SELECT 1 FROM signals_currentrisk AS k
        WHERE k.workspace_id = r.workspace_id AND k.renewal_id = r.id AND k.scored_at > m.looked_at))
ORDER BY e.id LIMIT %(limit)s
"""

RUNGS = """
SELECT s.enrolment_id, s.level, s.since_at, s.raised_at, t.state IN ('open', 'snoozed')
FROM playbooks_enrolment AS e
JOIN playbooks_escalation AS s ON s.workspace_id = e.workspace_id AND s.enrolment_id = e.id
LEFT JOIN playbooks_task AS t ON t.workspace_id = s.workspace_id AND t.id = s.task_id
WHERE e.id = ANY(%s)
"""


def ladders_to_look_at(*, now: datetime, limit: int, after: int = 0) -> list[int]:
    """Return at most `limit` open enrolments beyond `after`: never looked at, changed since, or not yet today."""
    join_as_written()
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"today": now.date(), "limit": limit, "after": after})
        return [row[0] for row in cursor.fetchall()]


def rungs_of(enrolment_ids: Iterable[int]) -> Mapping[int, dict[int, Rung]]:
    """Return what is kept of the ladders of these enrolments: rungs by level, by enrolment."""
    found: dict[int, dict[int, Rung]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(RUNGS, [list(enrolment_ids)])
        for enrolment, level, since_at, raised_at, is_open in cursor.fetchall():
            found[enrolment][level] = Rung(
                level=level, since_at=since_at, raised_at=raised_at, is_task_open=bool(is_open)
            )
    return found
