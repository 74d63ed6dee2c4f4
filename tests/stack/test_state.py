"""What a command in another terminal learns of the services that are up."""

import fcntl
import json
from pathlib import Path

import pytest

from config.stack import state
from config.stack.places import CHECKOUT

FOUND = {
    "DATABASE_URL": "postgres://app@/perennial",
    "DATABASE_OWNER_URL": "postgres://owner@/perennial",
    "REDIS_URL": "unix:///valkey.sock",
    "CELERY_BROKER_URL": "redis+socket:///valkey.sock",
    "SECRET_KEY": "secret",
}


@pytest.fixture
def running(bare_environment: pytest.MonkeyPatch, home: Path) -> Path:
    """A home whose services are up: the file is written and the lock is held."""
    bare_environment.setenv("PERENNIAL_HOME", str(home))
    with (home / state.LOCK_FILE).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state.write_services(home, FOUND)
        yield home


def test_chosen_home_is_the_variable_or_a_folder_of_the_checkout(bare_environment: pytest.MonkeyPatch) -> None:
    assert state.chosen_home() == CHECKOUT / ".perennial"
    bare_environment.setenv("PERENNIAL_HOME", "some where")
    assert state.chosen_home() == Path.cwd() / "some where"


def test_running_environment_is_what_was_written_and_only_its_owner_may_read_it(running: Path) -> None:
    assert state.running_environment() == FOUND
    assert (running / state.SERVICES_FILE).stat().st_mode & 0o777 == 0o600


def test_running_environment_is_empty_when_forgotten_left_behind_or_never_there(running: Path, home: Path) -> None:
    assert state.running_environment(home / "elsewhere") == {}
    state.remove_services(running)
    assert state.running_environment() == {}
    state.remove_services(running)
    left_behind = home / "old"
    left_behind.mkdir()
    (left_behind / state.LOCK_FILE).touch()
    (left_behind / state.SERVICES_FILE).write_text(json.dumps({"pid": 1, "environment": FOUND}))
    assert state.running_environment(left_behind) == {}


def test_environment_defaults_never_mix_ones_own_server_with_ours(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state.environment_defaults() == FOUND
    monkeypatch.setenv("DATABASE_URL", "postgres://mine/db")
    expected = {"REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY"}
    assert state.environment_defaults().keys() == expected
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    assert state.environment_defaults().keys() == {"SECRET_KEY"}
