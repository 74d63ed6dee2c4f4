"""A migration takes a lock for a moment or lets it go, and every one of ours can be taken back."""

from io import StringIO

import psycopg2
import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader

from renewals.management.commands import migrate

OURS = {"renewals", "signals", "playbooks", "offers", "dashboards"}


@pytest.fixture
def busy(committed: None) -> "psycopg2.extensions.connection":
    """Somebody else's transaction that has a table for itself."""
    known = connections["owner"].get_connection_params()
    wanted = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)}
    other = psycopg2.connect(**wanted)
    other.cursor().execute("LOCK TABLE renewals_account IN ACCESS EXCLUSIVE MODE")
    yield other
    other.close()


def test_migration_lets_go_of_a_table_in_use_and_asks_again(busy, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in line for two seconds; after that those behind it go on, and it begins again where it was."""
    slept: list[int] = []
    monkeypatch.setattr(migrate.time, "sleep", lambda seconds: (slept.append(seconds), busy.rollback()))
    said = StringIO()
    call_command("migrate", verbosity=0, stderr=said)
    assert slept == [1]
    assert "A table is in use (1 of 10)" in said.getvalue()


def test_migration_gives_up_when_a_table_never_comes_free(busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "TRIES", 2)
    monkeypatch.setattr(migrate.time, "sleep", lambda _: None)
    with pytest.raises(OperationalError, match="lock timeout"):
        call_command("migrate", verbosity=0, stderr=StringIO())


def test_every_migration_of_ours_can_be_taken_back() -> None:
    """One that cannot would have to be named in docs/operations.md, with what to do instead; there is none."""
    known = MigrationLoader(None).disk_migrations.items()
    one_way = [
        f"{app}.{name}: {operation}"
        for (app, name), found in sorted(known)
        if app in OURS
        for operation in found.operations
        if not operation.reversible
    ]
    assert one_way == []
    assert len({app for app, _ in dict(known) if app in OURS}) >= 4
