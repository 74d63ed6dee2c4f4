"""Work inside one workspace: the only way to see or write its rows.

Row-level security reads `perennial.workspace`, the history reads who and why. Both end with the block.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from renewals.core.actors import Actor
from renewals.models import Membership, User, Workspace
from renewals.queries.clock import workspace_and_now

SETTINGS = ("perennial.workspace", "pghistory.context_metadata", "perennial.now")
UNSET = ("", "", "")
# Rows are near wherever they lie (a disk without arms, or memory), and no statement of ours is worth compiling: else
# the planner reads whole tables, years of closed renewals among them, in place of the few rows it could look up.
PLANNING = (("random_page_cost", "1.1"), ("jit", "off"))
SET = "SELECT set_config(s, v, true) FROM unnest(%s, %s) AS t(s, v)"
AS_USER = "SELECT set_config('perennial.user', %s, true)"
OF_USER, OF_MEMBERSHIP = ([field.attname for field in model._meta.concrete_fields] for model in (User, Membership))
PERSON = f"""
SELECT {", ".join(f"u.{name}" for name in OF_USER)}, {", ".join(f"m.{name}" for name in OF_MEMBERSHIP)}
FROM renewals_user AS u LEFT JOIN renewals_membership AS m ON m.user_id = u.id AND m.is_active
WHERE u.id = %s AND u.is_active ORDER BY m.id
"""


@dataclass(frozen=True, slots=True)
class Person:
    """An active person with the active memberships in every workspace, oldest first."""

    user: User
    memberships: tuple[Membership, ...]


@contextmanager
def in_workspace(workspace_id: int, *, by: Actor, why: str = "", now: datetime | None = None) -> Iterator[None]:
    """Open a transaction that sees this workspace alone.

    `now` moves the clock of `perennial_now()` for the block. Blocks nest; the outer one is restored at the end. What an
    outermost block sets ends with its transaction, so nothing is read before it and nothing put back after it.
    """
    is_outermost = _is_outermost()
    with transaction.atomic():
        before = UNSET if is_outermost else _read()
        with connection.cursor() as cursor:
            cursor.execute(*_settings(workspace_id, by, why, now.isoformat() if now else before[2]))
        yield
        if not is_outermost:
            _put_back(before)


@contextmanager
def on_page(workspace_id: int, *, by: Actor, why: str) -> Iterator[tuple[Workspace, datetime]]:
    """Do as `in_workspace` does and give the workspace with `database_now()`: what every page asks first.

    Both go in one message. Raises UnknownReference for a workspace that is not there.
    """
    is_outermost = _is_outermost()
    with transaction.atomic():
        before = UNSET if is_outermost else _read()
        yield workspace_and_now(workspace_id, after=_settings(workspace_id, by, why, before[2]))
        if not is_outermost:
            _put_back(before)


def person(user_id: int) -> Person | None:
    """Return who that is and where they are a member; sees nothing else of any workspace. None for nobody active.

    Every page begins with it: who asks and what is asked go in one message. Outside of a transaction PostgreSQL takes a
    message for one, and the setting ends with it.
    """
    is_outermost = _is_outermost()
    with connection.cursor() as cursor:
        cursor.execute(f"{AS_USER}; {PERSON}", [str(user_id), user_id])
        rows = cursor.fetchall()
        if not is_outermost:
            cursor.execute(AS_USER, [""])
    if not rows:
        return None
    mine = (row[len(OF_USER) :] for row in rows)
    found = tuple(Membership.from_db(connection.alias, OF_MEMBERSHIP, values) for values in mine if values[0])
    return Person(User.from_db(connection.alias, OF_USER, rows[0][: len(OF_USER)]), found)


def _is_outermost() -> bool:
    """Answer whether a block begins its own transaction."""
    return connection.get_autocommit() and not connection.in_atomic_block


def _read() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(s, true), '') FROM unnest(%s) AS s", [list(SETTINGS)])
        first, second, third = (row[0] for row in cursor.fetchall())
    return first, second, third


def _settings(workspace_id: int, by: Actor, why: str, clock: str) -> tuple[str, list[list[str]]]:
    """Return the statement, with its values, by which the transaction is in the workspace."""
    who = {"kind": by.kind, "id": by.id, "label": by.label, "why": why}
    names, words = zip(*zip(SETTINGS, (str(workspace_id), json.dumps(who), clock), strict=True), *PLANNING, strict=True)
    return SET, [list(names), list(words)]


def _put_back(before: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET, [list(SETTINGS), list(before)])
