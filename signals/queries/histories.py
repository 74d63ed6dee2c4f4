"""Which histories have ended: sources silent since long ago, and the accounts that only they tell of. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from renewals.queries.any_of import id_array

LONG_AGO = timedelta(days=30)

# The first signal of an account and a source is enough, so the cost follows accounts times sources, not signals. Asked
# with EXISTS, PostgreSQL read every signal of the workspace to know it of fifty accounts.
ENDED = """
WITH spoke AS (
  SELECT a.id AS account_id, array_agg(s.id ORDER BY s.id) AS sources
  FROM unnest(%(accounts)s::bigint[]) AS a(id) JOIN signals_source s ON s.workspace_id = %(workspace)s
  CROSS JOIN LATERAL (
    SELECT FROM signals_signal g
    WHERE g.workspace_id = %(workspace)s AND g.account_id = a.id AND g.source_id = s.id LIMIT 1
  ) AS spoken
  GROUP BY a.id
), groups AS (SELECT sources, array_agg(account_id ORDER BY account_id) AS accounts FROM spoke GROUP BY sources)
SELECT groups.sources, groups.accounts, max(f.last_occurred_at)
FROM groups JOIN signals_sourcefeed f ON f.workspace_id = %(workspace)s AND f.source_id = ANY(groups.sources)
WHERE f.signals_count > 0
GROUP BY 1, 2 HAVING max(f.last_occurred_at) < %(before)s ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedHistory:
    """Accounts that the same sources told of, and when the last of those sources spoke of anybody."""

    source_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    ended_at: datetime


def ended_histories(workspace_id: int, account_ids: Iterable[int], *, now: datetime) -> list[EndedHistory]:
    """Return the histories of these accounts that ended more than 30 days ago; accounts without signals have none."""
    wanted = list(account_ids)
    if not wanted:
        return []
    chosen = {"workspace": workspace_id, "accounts": id_array(wanted), "before": now - LONG_AGO}
    with connection.cursor() as cursor:
        cursor.execute(ENDED, chosen)
        rows = cursor.fetchall()
    return [
        EndedHistory(source_ids=tuple(sources), account_ids=tuple(accounts), ended_at=at)
        for sources, accounts, at in rows
    ]
