"""Pages are looked at in one workspace a file, see `tests.plugins.kept`."""

from datetime import datetime

import pytest

from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from renewals.queries.clock import database_now


@pytest.fixture(scope="module")
def workspace(kept_workspace: Workspace) -> Workspace:
    """The workspace of the file."""
    return kept_workspace


@pytest.fixture(scope="module")
def actor(workspace: Workspace) -> Actor:
    """The system, acting in `workspace`."""
    return system_actor(workspace.id, "tests")


@pytest.fixture(scope="module")
def clock(kept_rows: None) -> datetime:
    """The database's own clock, which the pages go by."""
    return database_now()
