"""Where there is work: the workspaces with a step or a message that is due and leased by nobody."""

from datetime import datetime

from django.db import connection, transaction

from renewals.queries.workspaces import active_workspace_ids, workspace_id_of


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


def chosen_workspaces(slug: str) -> tuple[int, ...]:
    """Return the workspace of this slug, or all active ones for ''. Raises UnknownReference for a slug nobody has."""
    return (workspace_id_of(slug),) if slug else active_workspace_ids()
