"""Note that a person looks at a page, and tell since when it is new to them."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from renewals.core.actors import Actor

A_VISIT = timedelta(minutes=30)
FRESH = timedelta(minutes=1)
SEEN = "SELECT last_at, before_at FROM renewals_visit WHERE user_id = %(user)s AND place = %(place)s"
NOTE = """
INSERT INTO renewals_visit AS v (workspace_id, user_id, place, last_at, before_at)
VALUES (%(workspace)s, %(user)s, %(place)s, %(now)s, NULL)
ON CONFLICT (workspace_id, user_id, place) DO UPDATE SET last_at = greatest(v.last_at, excluded.last_at),
    before_at = CASE WHEN excluded.last_at - v.last_at > %(a_visit)s THEN v.last_at ELSE v.before_at END
RETURNING before_at
"""


@transaction.atomic(savepoint=False)  # pages are in a transaction already
def note_visit(*, place: str, by: Actor, now: datetime) -> datetime | None:
    """Keep that the person is here and return when their visit before this one ended; None on the first.

    Looks less than half an hour apart are one visit. Programs visit nothing. A look within a minute of the one that
    was kept only reads, so that a page that is asked for again and again writes nothing.
    """
    if by.kind != "person" or by.id is None:
        return None
    values = {"workspace": by.workspace_id, "user": by.id, "place": place, "now": now, "a_visit": A_VISIT}
    with connection.cursor() as cursor:
        cursor.execute(SEEN, values)
        kept = cursor.fetchone()
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH:
            cursor.execute(NOTE, values)
            kept = (now, cursor.fetchone()[0])
        before: datetime | None = kept[1]
        return before
