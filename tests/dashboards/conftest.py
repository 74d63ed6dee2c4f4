"""Rows made once for a whole file: its tests run inside one open transaction, and each goes back to what was made.

A test here must not ask for `committed`: emptying the tables would wait for that transaction.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from renewals.queries.clock import database_now
from tests.plugins.database import make_workspace


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The transaction around the file; it is rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def goes_back(request: pytest.FixtureRequest) -> None:
    """What a test writes is taken back after it, also where it asks for rows of the file only."""
    if "kept_rows" in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture(scope="module")
def workspace(kept_rows: None) -> Workspace:
    """A workspace for all tests of a file."""
    return make_workspace("acme")


@pytest.fixture(scope="module")
def actor(workspace: Workspace) -> Actor:
    """The system, acting in `workspace`."""
    return system_actor(workspace.id, "tests")


@pytest.fixture(scope="module")
def clock(kept_rows: None) -> datetime:
    """The database's own clock, which the pages go by."""
    return database_now()
