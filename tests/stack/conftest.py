"""A real pair of servers, and processes looked at from outside."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.stack.embedded import EmbeddedStack

SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "PERENNIAL_PG_BIN")
NOT_SET = (*SERVERS, "SECRET_KEY", "PORT", "BIND", "ALLOWED_HOSTS", "PERENNIAL_HOME", "PERENNIAL_TESTING")


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder whose path has a space; short, as pytest's own folders are closed to the user 'nobody'."""
    folder = Path(tempfile.mkdtemp(prefix="perennial test "))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def stack() -> Iterator[EmbeddedStack]:
    """Running servers for one file of tests."""
    with EmbeddedStack(Path(tempfile.mkdtemp(prefix="perennial test ")), ephemeral=True) as running:
        yield running


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of somebody who has set nothing."""
    for name in NOT_SET:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def processes_naming(text: str) -> dict[int, str]:
    """Command line by number of each process (zombies aside) whose arguments or variables name `text`."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            variables = (folder / "environ").read_bytes()
        except OSError:
            continue
        if int(folder.name) != os.getpid() and text.encode() in command + variables:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode()
    return found
