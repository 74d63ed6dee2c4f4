"""The chance of renewal that was on record at a moment of the past, of many renewals at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

CHANCES = """
SELECT (
    SELECT s.renew_probability FROM signals_score AS s
    WHERE s.workspace_id = current_setting('perennial.workspace')::bigint AND s.account_id = asked.account_id
      AND s.kind = 'risk' AND s.renewal_id = asked.renewal_id AND s.as_of <= asked.moment
    ORDER BY s.as_of DESC LIMIT 1
)
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) WITH ORDINALITY
    AS asked (account_id, renewal_id, moment, place)
ORDER BY asked.place
"""


def chances_at(asked: Sequence[tuple[int, int, datetime]]) -> list[float | None]:
    """Return for each (account, renewal, moment) the chance of then, in the order asked; None: not scored then."""
    if not asked:
        return []
    accounts, renewals, moments = (list(column) for column in zip(*asked, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(CHANCES, [accounts, renewals, moments])
        return [row[0] for row in cursor.fetchall()]
