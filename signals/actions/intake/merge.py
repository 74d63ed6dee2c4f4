"""The one statement that keeps signals: it finds accounts, drops repetitions, stores, and marks who must be scored.

Its order of locks is always keys, accounts, feeds, kinds, each sorted: two batches at once wait and never deadlock.
Send one batch per transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg2 import sql

COLUMNS = """position int, account text, kind text, occurred_at timestamptz, value double precision, external_id text,
 subject text, text text, attributes jsonb, expires_at timestamptz, author text"""

# What a signal says, apart from its external id; a tone that was read from the text says nothing of its own.
CONTENT = """concat_ws(E'\\x1f', {account}, s.kind, (date_part('epoch', s.occurred_at) * 1000000)::bigint,
 CASE WHEN s.attributes ? 'tone_version' THEN NULL ELSE s.value END, s.subject, s.text,
 (s.attributes - 'tone_version' - 'tone_confidence')::text, date_part('epoch', s.expires_at), s.author)"""
KEY = "md5(CASE WHEN s.external_id = '' THEN 'c' || {content} ELSE 'e' || s.external_id END)::uuid"

MERGE = """
WITH sent AS MATERIALIZED (
  SELECT s.*, a.id AS account_id, {key} AS external_key, md5({content})::uuid AS content
  FROM {staged} LEFT JOIN renewals_account a ON a.workspace_id = %(workspace)s AND a.external_id = s.account
), firsts AS MATERIALIZED (
  SELECT DISTINCT ON (external_key) * FROM sent WHERE account_id IS NOT NULL ORDER BY external_key, position
), kept AS (
  INSERT INTO signals_signalkey (workspace_id, source_id, external_key, content, account_id, occurred_at)
  SELECT %(workspace)s, %(source)s, external_key, content, account_id, occurred_at FROM firsts ORDER BY external_key
  ON CONFLICT DO NOTHING RETURNING external_key
), fresh AS MATERIALIZED (
  SELECT f.* FROM firsts f JOIN kept USING (external_key)
), stored AS (
  INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, expires_at, value,
                              batch_id, kind, external_id, subject, text, author, attributes)
  SELECT %(workspace)s, account_id, %(source)s, occurred_at, %(now)s, expires_at, value,
         %(batch)s, kind, external_id, subject, text, author, attributes
  FROM fresh ORDER BY account_id, occurred_at
), changed AS (
  INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
  SELECT DISTINCT %(workspace)s, account_id, %(now)s, %(now)s, 0, '' FROM fresh ORDER BY account_id
  ON CONFLICT (workspace_id, account_id)
  DO UPDATE SET changed_at = excluded.changed_at, retry_at = excluded.retry_at, attempts = 0, last_error = ''
), fed AS (
  INSERT INTO signals_sourcefeed AS feed (workspace_id, source_id, family, signals_count, last_occurred_at,
                                          last_received_at)
  SELECT %(workspace)s, %(source)s, split_part(f.kind, '.', 1), count(fresh.external_key), max(f.occurred_at), %(now)s
  FROM firsts f LEFT JOIN fresh USING (external_key) GROUP BY 3 ORDER BY 3
  ON CONFLICT (workspace_id, source_id, family) DO UPDATE
  SET signals_count = feed.signals_count + excluded.signals_count, last_received_at = excluded.last_received_at,
      last_occurred_at = greatest(feed.last_occurred_at, excluded.last_occurred_at)
), heard AS (
  INSERT INTO signals_kindheard AS known (workspace_id, kind, first_occurred_at, first_received_at)
  SELECT %(workspace)s, f.kind, min(f.occurred_at), %(now)s FROM fresh f GROUP BY 2 ORDER BY 2
  ON CONFLICT (workspace_id, kind) DO UPDATE
  SET first_occurred_at = least(known.first_occurred_at, excluded.first_occurred_at),
      first_received_at = least(known.first_received_at, excluded.first_received_at)
  WHERE known.first_occurred_at > excluded.first_occurred_at OR known.first_received_at > excluded.first_received_at
)
SELECT s.position, s.account, s.account_id, s.external_key, s.content, kept.external_key IS NOT NULL, f.content
FROM sent s LEFT JOIN kept USING (external_key) LEFT JOIN firsts f ON f.position = s.position
WHERE kept.external_key IS NULL OR f.position IS NULL ORDER BY s.position
"""


def merge_statement(staged: sql.Composable, *, account: str = "s.account") -> sql.Composed:
    """Return the statement that keeps the rows of `staged`, which has COLUMNS; it yields the rows not accepted."""
    content = sql.SQL(CONTENT).format(account=sql.SQL(account))
    return sql.SQL(MERGE).format(staged=staged, content=content, key=sql.SQL(KEY).format(content=content))


def ensure_partitions(moments: Iterable[datetime]) -> None:
    """Make the months that hold `moments`, where they are missing."""
    months = sorted({moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for moment in moments})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(signals_ensure_partition(m)) FROM unnest(%s::timestamptz[]) AS m", [months])


def ensure_months_ahead(*, now: datetime) -> None:
    """Make the partitions of this month and the next, so that the first signal of a month finds its place."""
    ensure_partitions((now, now + timedelta(days=31)))


def kept_contents(workspace_id: int, source_id: int, keys: list[Any]) -> dict[Any, Any]:
    """Return what is kept under these keys, also what another transaction has stored meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_key, content FROM signals_signalkey"
            " WHERE workspace_id = %s AND source_id = %s AND external_key = ANY(%s::uuid[])",
            [workspace_id, source_id, keys],
        )
        return dict(cursor.fetchall())
