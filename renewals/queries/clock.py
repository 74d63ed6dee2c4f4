"""The one clock: PostgreSQL's, or the moved clock of this transaction. Edges read it once and pass `now` on."""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func

from renewals.core.errors import UnknownReference
from renewals.models import Workspace


def database_now() -> datetime:
    """Return the instant by which everything in this transaction is judged due, with its zone (UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_now()")
        return cursor.fetchone()[0]


def workspace_and_now(workspace_id: int) -> tuple[Workspace, datetime]:
    """Return the workspace one is in and `database_now()`, in one statement; raises UnknownReference for any other."""
    clock = Func(function="perennial_now", output_field=DateTimeField())
    found = Workspace.objects.filter(id=workspace_id).annotate(clock=clock).first()
    if found is None:
        raise UnknownReference(f"There is no workspace {workspace_id} here.")
    return found, found.clock
