"""The numbers beside the pages of the navigation: what calls for this person's action, counted no further than 99."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import connection

from dashboards.queries.asker import Asker, Reach
from dashboards.queries.messages import WAITING, own_messages
from dashboards.queries.offers.waiting import ANY_WAITING, counted_waiting
from dashboards.queries.queue_filters import own_pressing
from renewals.core.roles import Scope, can, granted_scope

MOST = 99
Counting = tuple[str, tuple[Any, ...]]
"""A statement that returns the rows to count, and its values. Written by hand: every page asks for all of them."""

WAITING_MESSAGES = f"SELECT FROM playbooks_message WHERE state IN {WAITING}"
UNFINISHED_IMPORTS = "SELECT FROM renewals_importrun WHERE state IN ('uploaded', 'previewed') AND created_by_id = %s"


def nav_counts(asker: Asker) -> dict[str, str]:
    """Return the count by slug of the page, "99+" for more; pages with nothing to do are left out.

    One query; a few more while something waits for approval: who stands in for whom says whom it asks.
    """
    parts = {slug: rows(asker) for slug, permission, rows in COUNTED if can(asker.member, permission)}
    sees_approvals = can(asker.member, "approvals.view")
    if not parts and not sees_approvals:
        return {}
    pieces = (f"(SELECT count(*) FROM ({sql} LIMIT {MOST + 1}) AS r)" for sql, _ in parts.values())
    with connection.cursor() as cursor:
        columns = ", ".join((*pieces, ANY_WAITING))
        cursor.execute(f"SELECT {columns}", [value for _, values in parts.values() for value in values])
        *numbers, tables = cursor.fetchone()
    found = dict(zip(parts, numbers, strict=True))
    if tables and sees_approvals:
        found["approvals"] = counted_waiting(asker, tables)
    return {slug: f"{min(number, MOST)}{'+' if number > MOST else ''}" for slug, number in found.items() if number}


def _pressing_renewals(asker: Asker) -> Counting:
    """My renewals with overdue work or work of today."""
    return _pressing(asker.reach)


@lru_cache(maxsize=512)  # a statement is written down once for a person and day
def _pressing(reach: Reach) -> Counting:
    return own_pressing(reach).order_by().values("id").query.sql_with_params()


def _waiting_messages(asker: Asker) -> Counting:
    """Messages that wait for a person who may decide about them: drafts to approve, and those in doubt."""
    if granted_scope(asker.member, "messages.change") is Scope.ALL:
        return WAITING_MESSAGES, ()
    return _waiting_for(asker.reach)


@lru_cache(maxsize=512)
def _waiting_for(reach: Reach) -> Counting:
    return own_messages(reach).order_by().values("id").query.sql_with_params()


def _unfinished_imports(asker: Asker) -> Counting:
    """My uploads that have not been imported yet."""
    return UNFINISHED_IMPORTS, (asker.membership.user_id,)


COUNTED: tuple[tuple[str, str, Callable[[Asker], Counting]], ...] = (
    ("queue", "tasks.change", _pressing_renewals),
    ("messages", "messages.change", _waiting_messages),
    ("imports", "imports.change", _unfinished_imports),
)
