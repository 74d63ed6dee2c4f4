"""Where there is work: the workspaces with a step or a message that is due and leased by nobody."""

from datetime import datetime

from django.db import connection, transaction


def due_workspaces(*, clock: datetime | None = None) -> tuple[int, ...]:
    """Return ids of active workspaces with due work; `clock` moves what counts as due, None is PostgreSQL's clock."""
    with transaction.atomic(), connection.cursor() as cursor:
        if clock is not None:
            cursor.execute("SELECT set_config('perennial.now', %s, true)", [clock.isoformat()])
        cursor.execute("SELECT playbooks_due_workspaces()")
        found = tuple(row[0] for row in cursor.fetchall())
        if clock is not None:
            cursor.execute("SELECT set_config('perennial.now', '', true)")
    return found
