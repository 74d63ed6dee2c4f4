"""Killed in mid-import, and the same file twice at once: nothing or all, and never double (F32)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, ImportRun, Membership, Outcome, Renewal, User, Workspace
from tests.plugins.database import make_workspace

ROOT = Path(__file__).resolve().parents[2]
ROWS = 2_500
# Django must be set up before the module that uses it is imported.
RUN = "import django; django.setup(); from tests.imports.dies import main; main()"
MAPPING = """kind = "accounts"
[columns]
external_id = "id"
monthly_amount = "monthly"
[attributes]
include = "*"
[outcome]
column = "churn"
churned = ["yes"]
renewed = ["no"]
"""
pytestmark = pytest.mark.requirement(4)


@pytest.fixture
def stage(committed: None) -> Workspace:
    """A committed workspace with a member."""
    workspace = make_workspace("acme")
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests"), why="test"):
        user = User.objects.create_user("ada@example.com", name="Ada")
        Membership.objects.create(workspace=workspace, user=user, role="admin")
    return workspace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is read in several chunks."""
    path = tmp_path / "accounts.csv"
    lines = (f"A-{i},{i % 97},{'yes' if i % 5 == 0 else 'no'}" for i in range(ROWS))
    path.write_text("id,monthly,churn\n" + "\n".join(lines))
    return path


def start(workspace: Workspace, file: Path, phase: str = "") -> "subprocess.Popen[bytes]":
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(address),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    arguments = [str(workspace.id), str(file), MAPPING, phase]
    return subprocess.Popen([sys.executable, "-c", RUN, *arguments], cwd=ROOT, env=environment)


def counted(workspace: Workspace) -> tuple[int, int, int, int]:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests"), why="test"):
        done = ImportRun.objects.filter(state="done").count()
        return Account.objects.count(), Renewal.objects.count(), Outcome.objects.count(), done


@pytest.mark.parametrize("phase", ["reading", "checking", "writing", "opening renewals"])
def test_killed_import_leaves_nothing_or_all_and_runs_again(stage: Workspace, file: Path, phase: str) -> None:
    assert start(stage, file, phase).wait(timeout=120) == -9
    is_committed = phase == "opening renewals"
    assert counted(stage) == ((ROWS, ROWS, ROWS, 1) if is_committed else (0, 0, 0, 0))
    assert start(stage, file).wait(timeout=120) == 0
    assert counted(stage) == (ROWS, ROWS, ROWS, 2 if is_committed else 1)
    with in_workspace(stage.id, by=system_actor(stage.id, "tests"), why="test"):
        assert not ImportRun.objects.exclude(report__has_key="settled").exists()


@pytest.fixture
def both(stage: Workspace, file: Path) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Two imports of one file, started together."""
    yield [start(stage, file), start(stage, file)]


def test_same_file_twice_at_once_is_imported_once(stage: Workspace, both: list["subprocess.Popen[bytes]"]) -> None:
    assert [process.wait(timeout=180) for process in both] == [0, 0]
    assert counted(stage) == (ROWS, ROWS, ROWS, 2)
    with in_workspace(stage.id, by=system_actor(stage.id, "tests"), why="test"):
        runs = ImportRun.objects.order_by("created_count").values_list("created_count", "unchanged_count")
        assert list(runs) == [(0, ROWS), (ROWS, 0)]
