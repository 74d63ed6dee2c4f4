"""The set of accounts that have to be scored: marked by intake, claimed by one worker at a time, gone when done."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection

from renewals.core.actors import Actor
from renewals.queries.any_of import id_array

MARK = """
INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
SELECT %(workspace)s, id, %(now)s, %(now)s, 0, '' FROM renewals_account
WHERE workspace_id = %(workspace)s AND (%(accounts)s::bigint[] IS NULL OR id = ANY(%(accounts)s::bigint[])) ORDER BY id
ON CONFLICT (workspace_id, account_id)
DO UPDATE SET changed_at = excluded.changed_at, retry_at = excluded.retry_at, attempts = 0, last_error = ''
"""
CLAIM = """
SELECT account_id FROM signals_accountchange
WHERE workspace_id = %(workspace)s AND retry_at <= %(now)s
  AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY(%(accounts)s::bigint[]))
ORDER BY account_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
DONE = "DELETE FROM signals_accountchange WHERE workspace_id = %s AND account_id = ANY(%s::bigint[])"
# After five attempts it is parked for a person: nothing but a new signal or a person brings it back.
FAILED = """
UPDATE signals_accountchange SET attempts = attempts + 1, last_error = %(error)s,
  retry_at = CASE WHEN attempts >= %(most)s - 1 THEN %(parked)s ELSE %(now)s + %(first)s * power(2, attempts) END
WHERE workspace_id = %(workspace)s AND account_id = %(account)s
"""
OUTDATED = """
INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
SELECT a.workspace_id, a.id, %(now)s, %(now)s, 0, '' FROM renewals_account a
LEFT JOIN signals_currentscore c ON c.workspace_id = a.workspace_id AND c.account_id = a.id
WHERE a.workspace_id = %(workspace)s AND (c.as_of IS NULL OR c.as_of < %(day)s) ORDER BY a.id
ON CONFLICT (workspace_id, account_id) DO NOTHING
"""
MOST_ATTEMPTS = 5
PARKED_UNTIL = datetime(2999, 1, 1, tzinfo=UTC)
FIRST_PAUSE = timedelta(minutes=1)


def mark_changed(*, workspace_id: int, account_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Mark these accounts for scoring and return how many there are in this workspace."""
    return _mark(workspace_id, sorted(account_ids), now)


def mark_all_changed(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Mark every account of the workspace for scoring and return how many there are."""
    return _mark(workspace_id, None, now)


def mark_outdated(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Mark accounts that were never scored or last on an earlier day (inputs age by themselves); return how many."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(OUTDATED, {"workspace": workspace_id, "now": now, "day": day})
        return cursor.rowcount


def claim(workspace_id: int, *, account_ids: list[int] | None, limit: int, now: datetime) -> list[int]:
    """Return up to `limit` marked accounts, locked until the transaction ends; those of other workers are skipped."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"workspace": workspace_id, "accounts": _array(account_ids), "limit": limit, "now": now})
        return [row[0] for row in cursor.fetchall()]


def release(workspace_id: int, *, done: list[int], failed: dict[int, str], now: datetime) -> None:
    """Take scored accounts off the set; push failed ones forward, and park them after five attempts."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, [workspace_id, id_array(done)])
        for account_id, error in failed.items():
            parameters = {"workspace": workspace_id, "account": account_id, "error": error[:300], "now": now}
            cursor.execute(FAILED, {**parameters, "most": MOST_ATTEMPTS, "first": FIRST_PAUSE, "parked": PARKED_UNTIL})


def _mark(workspace_id: int, account_ids: list[int] | None, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"workspace": workspace_id, "accounts": _array(account_ids), "now": now})
        return cursor.rowcount


def _array(account_ids: list[int] | None) -> str | None:
    return None if account_ids is None else id_array(account_ids)
