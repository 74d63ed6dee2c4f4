"""The one clock: PostgreSQL's, or the moved clock of this transaction. Edges read it once and pass `now` on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from renewals.core.errors import UnknownReference
from renewals.models import Workspace

WORKSPACE = "SELECT w.*, perennial_now() AS clock FROM renewals_workspace AS w WHERE w.id = %s"


def database_now() -> datetime:
    """Return the instant by which everything in this transaction is judged due, with its zone (UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_now()")
        return cursor.fetchone()[0]


def workspace_and_now(workspace_id: int, *, after: tuple[str, Sequence[Any]] = ("", ())) -> tuple[Workspace, datetime]:
    """Return the workspace one is in and `database_now()`, in one statement; raises UnknownReference for any other.

    `after` is a statement with its values that goes in front of it in the same message.
    """
    first, values = after
    statement = f"{first}; {WORKSPACE}" if first else WORKSPACE
    found = next(iter(Workspace.objects.raw(statement, [*values, workspace_id])), None)
    if found is None:
        raise UnknownReference(f"There is no workspace {workspace_id} here.")
    return found, found.clock
