"""Fixtures for workspaces, and for tests that need rows which other connections can see."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, connections
from django.test.utils import setup_databases

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEPT = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
) -> None:
    """Create the test database as the owner; the tests use it as the application's role.

    It is not dropped: a throw-away server goes with it, and on a named one the next run makes it anew.
    """
    keep = request.config.getvalue("reuse_db") and not request.config.getvalue("create_db")
    with django_db_blocker.unblock():
        if keep or "PYTEST_XDIST_WORKER" not in os.environ:
            make_database(keep=keep)
        else:
            copy_database()


@pytest.fixture(scope="session")
def now() -> datetime:
    """A Monday morning."""
    return NOW


@pytest.fixture
def workspace(db: None) -> Workspace:
    """A workspace that is rolled back after the test."""
    return make_workspace("acme")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    """A second one, to try to reach across."""
    return make_workspace("globex")


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    """The system, acting in `workspace`."""
    return system_actor(workspace.id, "tests")


@pytest.fixture
def inside(workspace: Workspace, actor: Actor) -> Iterator[Workspace]:
    """`workspace`, with the test running inside it."""
    with in_workspace(workspace.id, by=actor, why="test"):
        yield workspace


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Really committed rows, for tests with several connections or processes; all tables are emptied afterwards."""
    with django_db_blocker.unblock():
        yield
        for each in connections.all():
            each.close()
        empty_tables()
        connections["owner"].close()


def make_database(*, keep: bool) -> None:
    """Make the tables and the months by the migrations, in the database named in the settings."""
    setup_databases(verbosity=0, interactive=False, keepdb=keep, serialized_aliases=())
    make_months()


def copy_database() -> None:
    """Make this worker's database as a copy of one that the first worker makes: migrations run once a run."""
    mine = connections["owner"].settings_dict["TEST"]["NAME"]
    first = mine.removesuffix("_" + os.environ["PYTEST_XDIST_WORKER"])
    made = Path(os.environ["PERENNIAL_HOME"]) / "tables-are-made"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            connections["owner"].settings_dict["TEST"]["NAME"] = first
            make_database(keep=False)
            made.touch()
        use_database("postgres")
        with connections["owner"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{mine}"')
            cursor.execute(f'CREATE DATABASE "{mine}" TEMPLATE "{first}" STRATEGY file_copy')
    use_database(mine)


def use_database(name: str) -> None:
    """Go on in the database of this name, as both roles."""
    for each in connections.all():
        each.close()
        each.settings_dict["NAME"] = name


def make_months() -> None:
    """Make the months most tests send signals of: a test that makes one takes it back, and the next makes it anew."""
    months = "unnest(%s::timestamptz[]) AS day, generate_series(-12, 1) AS n"
    made = f"SELECT count(signals_ensure_partition(day + n * interval '1 month')) FROM {months}"
    with connections["owner"].cursor() as cursor:
        cursor.execute(made, [[NOW, datetime.now(UTC)]])
    connections["owner"].close()


def make_workspace(slug: str) -> Workspace:
    """Insert a bare workspace; it must be inside itself to be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('renewals_workspace', 'id'))")
        number = cursor.fetchone()[0]
    with in_workspace(number, by=system_actor(number, "tests")):
        return Workspace.objects.create(id=number, slug=slug, name=slug.title(), created_at=NOW)


def empty_tables() -> None:
    """Take all rows out of every table but Django's own registers; what was numbered begins at 1 again.

    Making 200 tables anew takes a second, taking out the rows of ten tables nothing; that needs a role which may leave
    triggers and policies aside, so a server that was named (DATABASE_URL) is emptied the slow way.
    """
    with connections["owner"].cursor() as cursor:
        names = [name for name in connections["owner"].introspection.table_names(cursor) if name not in KEPT]
        if not (url := os.environ.get("TEST_SUPERUSER_URL")):
            cursor.execute("TRUNCATE {} RESTART IDENTITY CASCADE".format(", ".join(f'"{name}"' for name in names)))
            return
    place = connections["owner"].settings_dict["NAME"]
    with closing(psycopg2.connect(url, dbname=place)) as outside, outside, outside.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names))
        for (name,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')
        cursor.execute(
            "SELECT setval(c.oid::regclass, 1, false) FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid "
            "WHERE pg_sequence_last_value(s.seqrelid) IS NOT NULL AND c.relname <> ALL(%s)",
            [[f"{name}_id_seq" for name in KEPT]],
        )
