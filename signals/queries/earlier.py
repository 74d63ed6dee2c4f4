"""The last numbers of accounts that have none now: read for a whole list at once, one index look-up a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

LAST_OF = """
SELECT a.id, s.value, s.as_of FROM unnest(%(ids)s::bigint[]) AS a(id)
CROSS JOIN LATERAL (
    SELECT value, as_of FROM signals_score
    WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = a.id AND kind = %(kind)s
      AND value IS NOT NULL
    ORDER BY as_of DESC, id DESC LIMIT 1
) AS s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierScore:
    """A number of 0 to 100 and the moment it describes."""

    value: float
    as_of: datetime


def earlier_scores(account_ids: Iterable[int], *, kind: str) -> dict[int, EarlierScore]:
    """Return the newest score with a number by account, of "health" or "risk"; accounts without one are left out.

    For a risk it is that of the renewal that was scored last.
    """
    ids = sorted(set(account_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LAST_OF, {"ids": ids, "kind": kind})
        return {pk: EarlierScore(value=value, as_of=as_of) for pk, value, as_of in cursor.fetchall()}
