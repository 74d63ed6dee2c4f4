"""The one statement that keeps signals: it finds accounts, drops repetitions, stores, and marks who must be scored.

Its order of locks is always keys, accounts, feeds, kinds, each sorted: two batches at once wait and never deadlock, and
the few rows of feeds and kinds that every batch wants are held for the last moment alone.
Send one batch per transaction.
"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg2 import sql

COLUMNS = """position int, account text, kind text, occurred_at timestamptz, value double precision, external_id text,
 subject text, text text, attributes jsonb, expires_at timestamptz, author text"""

# What a signal says, apart from its external id; a tone that was read from the text says nothing of its own.
CONTENT = """concat_ws(E'\\x1f', {account}, s.kind, (date_part('epoch', s.occurred_at) * 1000000)::bigint,
 CASE WHEN s.attributes ? 'tone_version' THEN NULL ELSE s.value END, s.subject, s.text,
 (s.attributes - 'tone_version' - 'tone_confidence')::text, date_part('epoch', s.expires_at), s.author)"""
KEY = "md5(CASE WHEN s.external_id = '' THEN 'c' || {content} ELSE 'e' || s.external_id END)::uuid"

SENT = """
sent AS MATERIALIZED (
  SELECT s.*, a.id AS account_id, {key} AS external_key, md5({content})::uuid AS content
  FROM {staged} LEFT JOIN renewals_account a ON a.workspace_id = %(workspace)s AND a.external_id = s.account
)"""
KEYS = """
  INSERT INTO signals_signalkey (workspace_id, source_id, external_key, content, account_id, occurred_at)
  SELECT %(workspace)s, %(source)s, external_key, content, account_id, occurred_at"""

# What follows from the signals that are `fresh`, and from the kinds `told`. PostgreSQL runs writing parts that nobody
# reads in the reverse of their order: signals, accounts, feeds, kinds. So the few rows that every load wants come last.
AFTERMATH = """
heard AS (
  INSERT INTO signals_kindheard AS known (workspace_id, kind, first_occurred_at, first_received_at)
  SELECT %(workspace)s, kind, oldest, %(now)s FROM told WHERE size > 0 ORDER BY kind
  ON CONFLICT (workspace_id, kind) DO UPDATE
  SET first_occurred_at = least(known.first_occurred_at, excluded.first_occurred_at),
      first_received_at = least(known.first_received_at, excluded.first_received_at)
  WHERE known.first_occurred_at > excluded.first_occurred_at OR known.first_received_at > excluded.first_received_at
), fed AS (
  INSERT INTO signals_sourcefeed AS feed (workspace_id, source_id, family, kinds, signals_count, last_occurred_at,
                                          last_received_at)
  SELECT %(workspace)s, %(source)s, split_part(kind, '.', 1), array_agg(kind ORDER BY kind), sum(size), max(newest),
         %(now)s
  FROM told GROUP BY 3 ORDER BY 3
  ON CONFLICT (workspace_id, source_id, family) DO UPDATE
  SET kinds = CASE WHEN feed.kinds @> excluded.kinds THEN feed.kinds
      ELSE ARRAY(SELECT unnest(feed.kinds) UNION SELECT unnest(excluded.kinds) ORDER BY 1) END,
      signals_count = feed.signals_count + excluded.signals_count, last_received_at = excluded.last_received_at,
      last_occurred_at = greatest(feed.last_occurred_at, excluded.last_occurred_at)
), changed AS (
  INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
  SELECT %(workspace)s, account_id, %(now)s, %(now)s, 0, '' FROM (SELECT DISTINCT account_id FROM fresh) AS touched
  ORDER BY account_id
  ON CONFLICT (workspace_id, account_id)
  DO UPDATE SET changed_at = excluded.changed_at, retry_at = excluded.retry_at, attempts = 0, last_error = ''
), stored AS (
  INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, expires_at, value,
                              batch_id, kind, external_id, subject, text, author, attributes)
  SELECT %(workspace)s, account_id, %(source)s, occurred_at, %(now)s, expires_at, value,
         %(batch)s, kind, external_id, subject, text, author, attributes
  FROM fresh ORDER BY account_id, occurred_at
)"""

MERGE = """
WITH {sent}, firsts AS MATERIALIZED (
  SELECT DISTINCT ON (external_key) * FROM sent WHERE account_id IS NOT NULL ORDER BY external_key, position
), kept AS ({keys} FROM firsts ORDER BY external_key
  ON CONFLICT DO NOTHING RETURNING external_key
), fresh AS MATERIALIZED (
  SELECT f.* FROM firsts f JOIN kept USING (external_key)
), told AS MATERIALIZED (
  SELECT f.kind, count(kept.external_key) AS size, max(f.occurred_at) AS newest,
         min(f.occurred_at) FILTER (WHERE kept.external_key IS NOT NULL) AS oldest
  FROM firsts f LEFT JOIN kept USING (external_key) GROUP BY f.kind
), {aftermath}
SELECT s.position, s.account, s.account_id, s.external_key, s.content, kept.external_key IS NOT NULL, f.content
FROM sent s LEFT JOIN kept USING (external_key) LEFT JOIN firsts f ON f.position = s.position
WHERE kept.external_key IS NULL OR f.position IS NULL ORDER BY s.position
"""

# The same in the hope that nothing repeats: no key is asked for first. One repetition breaks it, and then nothing
# has changed.
CLEAN = """
WITH {sent}, fresh AS MATERIALIZED (
  SELECT * FROM sent WHERE account_id IS NOT NULL
), told AS MATERIALIZED (
  SELECT kind, count(*) AS size, max(occurred_at) AS newest, min(occurred_at) AS oldest FROM fresh GROUP BY kind
), {aftermath}, kept AS ({keys} FROM fresh ORDER BY external_key)
SELECT position, account, account_id, external_key, content, false, content
FROM sent WHERE account_id IS NULL ORDER BY position
"""


# The keys of some rows spread over the load.
PROBE = "SELECT {key} FROM {staged} WHERE s.position %% %(step)s = 0"
PROBED = 256


def merge_statement(staged: sql.Composable, *, account: str = "s.account") -> sql.Composed:
    """Return the statement that keeps the rows of `staged`, which has COLUMNS; it yields the rows not accepted."""
    return _statement(MERGE, staged, account)


def keep_staged(cursor: Any, staged: sql.Composable, parameters: Mapping[str, Any], *, sent: int) -> None:
    """Keep the `sent` rows of a staging table; the cursor then holds those not accepted, as after `merge_statement`.

    Most loads repeat nothing: that is tried first, in a savepoint, unless a few rows tell otherwise. A load that
    repeats is merged, row by row exact.
    """
    if _repeats(cursor, staged, {**parameters, "step": sent // PROBED + 1}):
        cursor.execute(_statement(MERGE, staged, "s.account"), parameters)
        return
    try:
        with transaction.atomic():
            cursor.execute(_statement(CLEAN, staged, "s.account"), parameters)
    except IntegrityError:
        cursor.execute(_statement(MERGE, staged, "s.account"), parameters)


def _repeats(cursor: Any, staged: sql.Composable, parameters: Mapping[str, Any]) -> bool:
    content = sql.SQL(CONTENT).format(account=sql.SQL("s.account"))
    cursor.execute(sql.SQL(PROBE).format(staged=staged, key=sql.SQL(KEY).format(content=content)), parameters)
    # In two statements: joined, a plan made on old statistics may compare every row with every key.
    return bool(kept_contents(parameters["workspace"], parameters["source"], [row[0] for row in cursor.fetchall()]))


def _statement(template: str, staged: sql.Composable, account: str) -> sql.Composed:
    content = sql.SQL(CONTENT).format(account=sql.SQL(account))
    sent = sql.SQL(SENT).format(staged=staged, content=content, key=sql.SQL(KEY).format(content=content))
    return sql.SQL(template).format(sent=sent, keys=sql.SQL(KEYS), aftermath=sql.SQL(AFTERMATH))


def kept_contents(workspace_id: int, source_id: int, keys: list[Any]) -> dict[Any, Any]:
    """Return what is kept under these keys, also what another transaction has stored meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_key, content FROM signals_signalkey"
            " WHERE workspace_id = %s AND source_id = %s AND external_key = ANY(%s::uuid[])",
            [workspace_id, source_id, keys],
        )
        return dict(cursor.fetchall())
