"""Take back what an import brought: the signals, their keys, and a note that the accounts have changed."""

from datetime import datetime

from django.db import connection, transaction
from psycopg2 import sql

from renewals.core.actors import Actor
from signals.actions.intake.merge import CONTENT, KEY

WITHDRAW = """
WITH gone AS (
  DELETE FROM signals_signal WHERE workspace_id = %(workspace)s AND batch_id = %(batch)s RETURNING *
), keys AS (
  SELECT s.source_id, {key} AS external_key FROM gone s
  JOIN renewals_account a ON a.workspace_id = s.workspace_id AND a.id = s.account_id
), forgotten AS (
  DELETE FROM signals_signalkey k USING keys
  WHERE k.workspace_id = %(workspace)s AND k.source_id = keys.source_id AND k.external_key = keys.external_key
), changed AS (
  INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
  SELECT DISTINCT %(workspace)s, account_id, %(now)s, %(now)s, 0, '' FROM gone ORDER BY account_id
  ON CONFLICT (workspace_id, account_id) DO UPDATE SET changed_at = excluded.changed_at
), counted AS (
  SELECT source_id, split_part(kind, '.', 1) AS family, count(*) AS signals_count FROM gone GROUP BY 1, 2
), fed AS (
  UPDATE signals_sourcefeed f SET signals_count = f.signals_count - counted.signals_count FROM counted
  WHERE f.workspace_id = %(workspace)s AND f.source_id = counted.source_id AND f.family = counted.family
)
SELECT count(*) FROM gone
"""


def withdraw_batch(*, workspace_id: int, batch_id: int, by: Actor, now: datetime) -> int:
    """Delete the signals that this import brought and return how many; they may be sent again afterwards."""
    content = sql.SQL(CONTENT).format(account=sql.SQL("a.external_id"))
    statement = sql.SQL(WITHDRAW).format(key=sql.SQL(KEY).format(content=content))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"workspace": workspace_id, "batch": batch_id, "now": now})
        return int(cursor.fetchone()[0])
