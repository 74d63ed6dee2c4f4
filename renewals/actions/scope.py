"""Work inside one workspace: the only way to see or write its rows.

Row-level security reads `perennial.workspace`, the history reads who and why. Both end with the block.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from renewals.core.actors import Actor

SETTINGS = ("perennial.workspace", "pghistory.context_metadata", "perennial.now")
UNSET = ("", "", "")
# Rows are near wherever they lie (a disk without arms, or memory), and no statement of ours is worth compiling: else
# the planner reads whole tables, years of closed renewals among them, in place of the few rows it could look up.
PLANNING = (("random_page_cost", "1.1"), ("jit", "off"))


@contextmanager
def in_workspace(workspace_id: int, *, by: Actor, why: str = "", now: datetime | None = None) -> Iterator[None]:
    """Open a transaction that sees this workspace alone.

    `now` moves the clock of `perennial_now()` for the block. Blocks nest; the outer one is restored at the end. What an
    outermost block sets ends with its transaction, so nothing is read before it and nothing put back after it.
    """
    who = {"kind": by.kind, "id": by.id, "label": by.label, "why": why}
    is_outermost = _is_outermost()
    with transaction.atomic():
        before = UNSET if is_outermost else _read()
        _write((str(workspace_id), json.dumps(who), now.isoformat() if now else before[2]))
        yield
        if not is_outermost:
            _write(before)


@contextmanager
def as_user(user_id: int) -> Iterator[None]:
    """Open a transaction that sees this person's own memberships in every workspace, and nothing else."""
    is_outermost = _is_outermost()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('perennial.user', %s, true)", [str(user_id)])
        yield
        if not is_outermost:
            cursor.execute("SELECT set_config('perennial.user', '', true)")


def _is_outermost() -> bool:
    """Answer whether a block begins its own transaction."""
    return connection.get_autocommit() and not connection.in_atomic_block


def _read() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(s, true), '') FROM unnest(%s) AS s", [list(SETTINGS)])
        first, second, third = (row[0] for row in cursor.fetchall())
    return first, second, third


def _write(values: tuple[str, str, str]) -> None:
    names, words = zip(*zip(SETTINGS, values, strict=True), *PLANNING, strict=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(s, v, true) FROM unnest(%s, %s) AS t(s, v)", [list(names), list(words)])
