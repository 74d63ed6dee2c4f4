"""Note that a person looks at a page, and tell since when it is new to them."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from renewals.core.actors import Actor

A_VISIT = timedelta(minutes=30)
FRESH = timedelta(minutes=1)
NOTE = """
WITH seen AS (SELECT last_at, before_at FROM renewals_visit WHERE user_id = %(user)s AND place = %(place)s),
noted AS (
  INSERT INTO renewals_visit AS v (workspace_id, user_id, place, last_at, before_at)
  SELECT %(workspace)s, %(user)s, %(place)s, %(now)s, NULL
  WHERE NOT EXISTS (SELECT FROM seen WHERE last_at <= %(now)s AND last_at > %(now)s - %(fresh)s)
  ON CONFLICT (workspace_id, user_id, place) DO UPDATE SET last_at = greatest(v.last_at, excluded.last_at),
    before_at = CASE WHEN excluded.last_at - v.last_at > %(a_visit)s THEN v.last_at ELSE v.before_at END
  RETURNING before_at)
SELECT before_at FROM noted UNION ALL SELECT before_at FROM seen WHERE NOT EXISTS (SELECT FROM noted)
"""


@transaction.atomic(savepoint=False)  # pages are in a transaction already
def note_visit(*, place: str, by: Actor, now: datetime) -> datetime | None:
    """Keep that the person is here and return when their visit before this one ended; None on the first.

    Looks less than half an hour apart are one visit. Programs visit nothing. A look within a minute of the one that
    was kept only reads, so that a page that is asked for again and again writes nothing.
    """
    if by.kind != "person" or by.id is None:
        return None
    values = {"workspace": by.workspace_id, "user": by.id, "place": place, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values | {"a_visit": A_VISIT, "fresh": FRESH})
        before: datetime | None = cursor.fetchone()[0]
        return before
