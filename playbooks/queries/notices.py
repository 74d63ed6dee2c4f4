"""Notices of ours that want tasks, with the tasks they have, and who of us stands for a role of their escalation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from playbooks.core.notice_tasks import NoticeFacts
from playbooks.core.states import TaskState
from playbooks.queries.assignees import Assignees
from renewals.core.dates import local_date
from renewals.core.notices.escalation import Ladder
from renewals.core.notices.states import NoticeState

FALLBACK = ("cs_manager", "renewal_manager", "admin", "csm")
OPEN_TASK = (TaskState.OPEN.value, TaskState.SNOOZED.value)

WANTING = """
SELECT n.id, CASE WHEN r.closed_on IS NULL THEN n.state ELSE 'not_needed' END, n.opens_on, n.planned_on,
       n.safe_latest_on, n.closes_on, n.sent_on, n.level, n.channels, n.source, n.owner_id, n.account_id, n.renewal_id,
       n.zone, coalesce(t.keys, '{}'), coalesce(t.open_keys, '{}')
FROM renewals_notice AS n JOIN renewals_renewal AS r ON r.id = n.renewal_id
LEFT JOIN LATERAL (
    SELECT array_agg(origin_key) AS keys, array_agg(origin_key) FILTER (WHERE state = ANY(%(open)s)) AS open_keys
    FROM playbooks_task WHERE workspace_id = n.workspace_id AND account_id = n.account_id
        AND origin_key LIKE 'notice:' || n.id || ':%%'
) AS t ON true
WHERE n.side = 'ours' AND (%(renewals)s::bigint[] IS NULL OR n.renewal_id = ANY(%(renewals)s))
  AND (t.open_keys IS NOT NULL OR (r.closed_on IS NULL AND (
      n.state IN ('due', 'sent', 'missed') OR (n.state = 'planned' AND n.opens_on <= %(day)s))))
ORDER BY n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCase:
    """One notice of ours with its tasks, whose it is, and what day it is where it counts."""

    facts: NoticeFacts
    owner_id: int
    account_id: int
    renewal_id: int
    today: date


def notices_wanting_tasks(
    ladder: Ladder, *, now: datetime, renewal_ids: Sequence[int] | None = None
) -> tuple[NoticeCase, ...]:
    """Return notices whose tasks may have to change, of the whole workspace or of some renewals."""
    facts = {
        "open": list(OPEN_TASK),
        "renewals": None if renewal_ids is None else list(renewal_ids),
        "day": now.date() + timedelta(days=ladder.lead_days + 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(WANTING, facts)
        return tuple(_case(row, now) for row in cursor.fetchall())


def person_for_notice(people: Assignees, role: str, *, owner_id: int) -> int:
    """Return who stands for a role: the owner while they are a member, else the first of the roles above, never nobody.

    Raises LookupError in a workspace without an active member.
    """
    members = {person for found in people.by_role.values() for person in found}
    if role == "owner" and owner_id in members:
        return owner_id
    for wanted in (role, *FALLBACK):
        if people.by_role.get(wanted):
            return people.by_role[wanted][0]
    if not members:
        raise LookupError("The workspace has no active member.")
    return min(members)


def _case(row: Sequence[object], now: datetime) -> NoticeCase:
    values = dict(zip(_NAMES, row, strict=True))
    return NoticeCase(
        facts=NoticeFacts(
            notice_id=values["id"],
            state=NoticeState(values["state"]),
            opens_on=values["opens_on"],
            planned_on=values["planned_on"],
            safe_latest_on=values["safe_latest_on"],
            closes_on=values["closes_on"],
            sent_on=values["sent_on"],
            level=values["level"],
            channels=tuple(values["channels"]),
            source=values["source"],
            keys=tuple(values["keys"]),
            open_keys=tuple(values["open_keys"]),
        ),
        owner_id=values["owner_id"],
        account_id=values["account_id"],
        renewal_id=values["renewal_id"],
        today=local_date(now, values["zone"]),
    )


_NAMES = (
    "id",
    "state",
    "opens_on",
    "planned_on",
    "safe_latest_on",
    "closes_on",
    "sent_on",
    "level",
    "channels",
    "source",
    "owner_id",
    "account_id",
    "renewal_id",
    "zone",
    "keys",
    "open_keys",
)
