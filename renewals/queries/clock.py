"""The one clock: PostgreSQL's, or the moved clock of this transaction. Edges read it once and pass `now` on."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the instant by which everything in this transaction is judged due, with its zone (UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_now()")
        return cursor.fetchone()[0]
