"""Note that a person looks at a page, and tell since when it is new to them."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from renewals.core.actors import Actor

A_VISIT = timedelta(minutes=30)
NOTE = """
INSERT INTO renewals_visit AS v (workspace_id, user_id, place, last_at, before_at)
VALUES (%(workspace)s, %(user)s, %(place)s, %(now)s, NULL)
ON CONFLICT (workspace_id, user_id, place) DO UPDATE SET last_at = greatest(v.last_at, excluded.last_at),
    before_at = CASE WHEN excluded.last_at - v.last_at > %(a_visit)s THEN v.last_at ELSE v.before_at END
RETURNING before_at
"""


@transaction.atomic(savepoint=False)  # one statement; pages are in a transaction already
def note_visit(*, place: str, by: Actor, now: datetime) -> datetime | None:
    """Keep that the person is here and return when their visit before this one ended; None on the first.

    Looks less than half an hour apart are one visit. Programs visit nothing.
    """
    if by.kind != "person" or by.id is None:
        return None
    values = {"workspace": by.workspace_id, "user": by.id, "place": place, "now": now, "a_visit": A_VISIT}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)
        found: datetime | None = cursor.fetchone()[0]
        return found
