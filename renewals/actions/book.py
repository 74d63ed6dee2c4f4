"""Take away the notes that open renewals are foreseen from something else by now."""

from django.db import connection

from renewals.core.actors import Actor

TAKE = "DELETE FROM renewals_booktouch WHERE workspace_id = %s"


def take_book_notes(*, by: Actor) -> bool:
    """Answer whether anything was noted since it was last asked, and forget it."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [by.workspace_id])
        return bool(cursor.rowcount)
