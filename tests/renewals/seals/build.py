"""History to seal, whoever edits it behind the application's back, and what verifying finds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from renewals.actions.accounts import record_account
from renewals.actions.scope import in_workspace
from renewals.actions.seals import (
    verify_and_keep,
)
from renewals.core.actors import Actor
from renewals.core.records import AccountRow
from renewals.queries.seals import Verdict
from tests.renewals.build import NOW

EVENTS = "renewals_accountevent"


def add_account(by: Actor, name: str) -> None:
    """One more account, and so one more row of history."""
    with in_workspace(by.workspace_id, by=by, why="test"):
        record_account(row=AccountRow(external_id=name, name=name, country="DE"), by=by, now=NOW)


def verify(by: Actor) -> Verdict:
    """What verifying finds now."""
    return verify_and_keep(by=by, now=NOW)


def found(by: Actor) -> list[str]:
    """What is broken, in words."""
    return [str(each) for each in verify(by).breaks]


@contextmanager
def as_owner(by: Actor) -> Iterator[Callable[..., list[tuple]]]:
    """Statements of somebody who owns the database: no trigger and no right holds them."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('perennial.workspace', %s, true)", [str(by.workspace_id)])
        cursor.execute(f"ALTER TABLE {EVENTS} DISABLE TRIGGER USER")

        def run(statement: str, *values: object) -> list[tuple]:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        yield run
        cursor.execute(f"ALTER TABLE {EVENTS} ENABLE TRIGGER USER")
