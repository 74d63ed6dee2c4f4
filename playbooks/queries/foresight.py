"""Which renewals have something ahead, and which projections no longer match what they were made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from playbooks.queries.plans import join_as_written

LONGEST_AGE = timedelta(days=1)
"""Scores, contacts and replies change what is ahead without touching the plan: every projection is made anew daily."""

AHEAD = """
SELECT r.id, r.workspace_id, r.account_id, r.owner_id, r.due_on, r.notice_on,
       coalesce(array_agg(e.id ORDER BY e.id) FILTER (WHERE e.state IN ('active', 'paused')), '{}'), count(e.id) > 0
FROM unnest(%s::bigint[]) AS wanted(id)
JOIN LATERAL (SELECT * FROM renewals_renewal WHERE id = wanted.id OFFSET 0) AS r ON true
LEFT JOIN LATERAL (
    SELECT id, state FROM playbooks_enrolment WHERE workspace_id = r.workspace_id AND renewal_id = r.id OFFSET 0
) AS e ON true
WHERE r.closed_on IS NULL GROUP BY r.id, r.workspace_id, r.account_id, r.owner_id, r.due_on, r.notice_on ORDER BY r.id
"""

# What a plan hangs on, as one short text: the open step, the contract's dates, whose it is; for a renewal that is in no
# playbook, what it could enter: the newest version of any playbook and of the selection order.
STATE_KEY = """
SELECT r.id, r.account_id, r.closed_on, p.projected_at, p.state_key, md5(concat_ws('|', r.due_on, r.notice_on,
    r.owner_id, r.closed_on IS NULL, a.is_human_only, a.owner_id,
    coalesce(s.key, (SELECT max(id)::text FROM playbooks_playbookversion WHERE published_at IS NOT NULL)
        || ':' || (SELECT count(*)::text FROM playbooks_selectionversion)))) AS state_key_now
FROM renewals_renewal AS r
JOIN LATERAL (SELECT * FROM renewals_account WHERE id = r.account_id OFFSET 0) AS a ON true
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(':', e.id, e.state, e.version_id, s.id, s.step_key, s.due_at), ',' ORDER BY e.id) AS key
    FROM playbooks_enrolment AS e LEFT JOIN playbooks_steprun AS s ON s.workspace_id = e.workspace_id
        AND s.enrolment_id = e.id AND s.state IN ('scheduled', 'claimed', 'waiting')
    WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id AND e.state IN ('active', 'paused', 'parked')
) AS s ON true
LEFT JOIN LATERAL (
    SELECT projected_at, state_key FROM playbooks_projection WHERE workspace_id = r.workspace_id AND renewal_id = r.id
    OFFSET 0
) AS p ON true
"""
STALE = f"""
SELECT DISTINCT account_id FROM (
    SELECT account_id FROM ({STATE_KEY}) AS known WHERE CASE WHEN closed_on IS NULL
        THEN projected_at IS NULL OR projected_at < %(oldest)s OR state_key <> state_key_now
        ELSE projected_at IS NOT NULL END
    ORDER BY projected_at NULLS FIRST LIMIT %(limit)s
) AS stale ORDER BY account_id
"""
KEYS = f"SELECT id, state_key_now FROM ({STATE_KEY} WHERE r.id = ANY(%s)) AS known"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalAhead:
    """An open renewal with its running enrolments; `was_enrolled` also counts those that are over."""

    renewal_id: int
    workspace_id: int
    account_id: int
    owner_id: int
    due_on: date
    notice_on: date | None
    enrolment_ids: tuple[int, ...]
    was_enrolled: bool


def renewals_ahead(renewal_ids: Iterable[int]) -> tuple[RenewalAhead, ...]:
    """Return those of these renewals that are open, by id."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, [list(renewal_ids)])
        return tuple(
            RenewalAhead(
                renewal_id=row[0],
                workspace_id=row[1],
                account_id=row[2],
                owner_id=row[3],
                due_on=row[4],
                notice_on=row[5],
                enrolment_ids=tuple(row[6]),
                was_enrolled=row[7],
            )
            for row in cursor.fetchall()
        )


def open_renewals_of(account_ids: Iterable[int]) -> tuple[int, ...]:
    """Return the ids of the open renewals of these accounts, in order."""
    sql = "SELECT id FROM renewals_renewal WHERE account_id = ANY(%s) AND closed_on IS NULL ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(account_ids)])
        return tuple(row[0] for row in cursor.fetchall())


def renewals_of(account_ids: Iterable[int]) -> tuple[int, ...]:
    """Return the ids of all renewals of these accounts, closed ones too: a delete by ids needs no join."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM renewals_renewal WHERE account_id = ANY(%s)", [list(account_ids)])
        return tuple(row[0] for row in cursor.fetchall())


def stale_accounts(*, now: datetime, limit: int) -> tuple[int, ...]:
    """Return accounts of at most `limit` open renewals that were never projected, have changed, or are a day old."""
    join_as_written()
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"oldest": now - LONGEST_AGE, "limit": limit})
        return tuple(row[0] for row in cursor.fetchall())


def state_keys(renewal_ids: Iterable[int]) -> dict[int, str]:
    """Return what the plan of each renewal hangs on now, as kept with a projection."""
    join_as_written()
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(renewal_ids)])
        return dict(cursor.fetchall())


def account_id_of(external_id: str) -> int | None:
    """Return the account of this external id; None when this workspace has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM renewals_account WHERE external_id = %s", [external_id])
        row = cursor.fetchone()
        return row[0] if row else None
