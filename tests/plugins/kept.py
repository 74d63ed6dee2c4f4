"""Rows made once for a whole file: its tests run inside one open transaction, and each goes back to what was made.

A file, or the conftest of its folder, makes its fixtures of `kept_workspace` with the scope of a module. A test there
must not ask for `committed`: emptying the tables would wait for that transaction.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from renewals.models import Workspace
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
def kept_workspace(kept_rows: None) -> Workspace:
    """A workspace for all tests of a file."""
    return make_workspace("acme")
