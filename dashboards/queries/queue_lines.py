"""The lines of the queue as the page shows them, with their people, task and scores, in one query written by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

# Owner and people stand in sub-selects: with each table less to join the statement is planned in a third of the time.
LINES = """
SELECT e.id, e.renewal_id, e.account_id, e.account_name, e.tier, e.currency, e.renewal_amount, e.due_on, e.notice_on,
    e.priority, e."group", e.next_title, e.next_due_on, e.why,
    (SELECT coalesce(nullif(u.name, ''), u.email) FROM renewals_user AS u WHERE u.id = e.owner_id),
    e.next_task_id, coalesce(t.state, ''), t.outcomes,
    (SELECT ARRAY[a.owner_id, r.owner_id, r.initiator_id, r.negotiator_id, r.finaliser_id]
        FROM renewals_renewal AS r WHERE r.id = e.renewal_id), a.team_id,
    h.id IS NOT NULL, h.band, h.value, h.previous_value, h.coverage, h.scored_at, h.override_id, h.computed, NULL,
    k.id IS NOT NULL, k.band, k.value, k.previous_value, k.coverage, k.scored_at, k.override_id, k.computed, k.reasons
FROM playbooks_queueentry AS e
JOIN renewals_account AS a ON a.id = e.account_id
LEFT JOIN playbooks_task AS t ON t.id = e.next_task_id
LEFT JOIN signals_currentscore AS h ON h.workspace_id = e.workspace_id AND h.account_id = e.account_id
LEFT JOIN signals_currentrisk AS k ON k.workspace_id = e.workspace_id AND k.renewal_id = e.renewal_id
WHERE e.id = ANY(%s) ORDER BY e.priority DESC, e.id
"""
LINE, SCORE = 20, 9
"""How many columns a line has, and each of its scores after it."""
RENEWAL, ACCOUNT, WHY, OUTCOMES = 1, 2, 13, 17
"""Where they stand among the columns; what is kept as JSON comes as text."""


@dataclass(frozen=True, slots=True)
class LineScore:
    """What a badge says of a current score; `renewal_id` is None for health, whose reasons a line does not tell."""

    account_id: int
    renewal_id: int | None
    band: str
    value: float | None
    previous_value: float | None
    coverage: float
    scored_at: datetime
    override_id: int | None
    computed: Mapping[str, Any] | None
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A line with what its words are made of; `people` are the owner of the account and the four of the renewal."""

    id: int
    renewal_id: int
    account_id: int
    account_name: str
    tier: str
    currency: str
    renewal_amount: Decimal
    due_on: date
    notice_on: date | None
    priority: Decimal
    group: str
    next_title: str
    next_due_on: date | None
    why: Sequence[Mapping[str, Any]]
    owner: str
    next_task_id: int | None
    task_state: str
    outcomes: Sequence[Mapping[str, Any]]
    people: Sequence[int | None]
    team_id: int | None
    health: LineScore | None
    risk: LineScore | None


def queue_lines(ids: Iterable[int]) -> tuple[QueueLine, ...]:
    """Return these lines in the order of the queue."""
    wanted = list(ids)
    if not wanted:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(LINES, [wanted])
        return tuple(_line(row) for row in cursor.fetchall())


def _line(row: Sequence[Any]) -> QueueLine:
    values, scores = list(row[:LINE]), row[LINE:]
    values[WHY] = json.loads(values[WHY])
    values[OUTCOMES] = json.loads(values[OUTCOMES] or "[]")
    values += [_score(row[ACCOUNT], None, scores[:SCORE]), _score(row[ACCOUNT], row[RENEWAL], scores[SCORE:])]
    return QueueLine(*values)


def _score(account_id: int, renewal_id: int | None, found: Sequence[Any]) -> LineScore | None:
    is_known, *parts, computed, reasons = found
    if not is_known:
        return None
    rules = None if computed is None else json.loads(computed)
    values = (account_id, renewal_id, *parts, rules, json.loads(reasons or "[]"))
    return LineScore(*values)
