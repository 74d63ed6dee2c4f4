"""A workspace whose rows are committed, and a place for its anchors."""

from pathlib import Path

import pytest

from renewals.core.actors import Actor, system_actor
from tests.plugins.database import make_workspace


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    """Where the anchors are kept."""
    settings.PERENNIAL_HOME = tmp_path
    return tmp_path


@pytest.fixture
def by(committed: None, home: Path) -> Actor:
    """The system in a workspace whose rows are really committed."""
    return system_actor(make_workspace("acme").id, "tests")
