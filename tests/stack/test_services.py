"""Services for one of our commands: ours, or the person's own."""

from pathlib import Path

import pytest

from config.stack import services as module
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.services import kept_secret_key, services


@pytest.fixture
def at_home(bare_environment: pytest.MonkeyPatch, home: Path) -> pytest.MonkeyPatch:
    """A person with a home of their own and nothing else set."""
    bare_environment.setenv("PERENNIAL_HOME", str(home))
    return bare_environment


def test_kept_secret_key_is_made_once_and_closed_to_others(home: Path) -> None:
    key = kept_secret_key(home)
    assert len(key) >= 50
    assert kept_secret_key(home) == key
    assert (home / module.KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_services_start_what_is_not_named_and_use_what_is(
    at_home: pytest.MonkeyPatch, stack: EmbeddedStack, home: Path
) -> None:
    mine = stack.environment()
    at_home.setenv("DATABASE_URL", mine["DATABASE_URL"])
    with services() as (started, environment):
        assert started.postgres is None
        assert started.valkey.pid is not None
        assert environment["DATABASE_URL"] == mine["DATABASE_URL"]
        assert environment["REDIS_URL"] != mine["REDIS_URL"]
        assert environment["SECRET_KEY"] == kept_secret_key(home)
        assert environment["PERENNIAL_HOME"] == str(home)


def test_services_keep_a_secret_key_that_was_given(at_home: pytest.MonkeyPatch, stack: EmbeddedStack) -> None:
    at_home.setenv("DATABASE_URL", stack.environment()["DATABASE_URL"])
    at_home.setenv("REDIS_URL", stack.environment()["REDIS_URL"])
    at_home.setenv("SECRET_KEY", "given")
    with services() as (_, environment):
        assert environment["SECRET_KEY"] == "given"


@pytest.mark.parametrize(
    ("name", "url"), [("DATABASE_URL", "postgres://app@localhost:1/db"), ("REDIS_URL", "redis://localhost:1/0")]
)
def test_services_that_cannot_be_reached_are_refused(at_home: pytest.MonkeyPatch, name: str, url: str) -> None:
    at_home.setenv(name, url)
    sentence = rf"{name} is set, but that \w+ cannot be reached: .*unset it to use the embedded one"
    with pytest.raises(StackError, match=sentence), services():
        pass


def test_services_address_that_is_none_is_refused(at_home: pytest.MonkeyPatch) -> None:
    at_home.setenv("REDIS_URL", "valkey.example")
    with pytest.raises(StackError, match=r"REDIS_URL is set, but that server cannot be reached"), services():
        pass


def test_services_of_one_home_are_for_one_command_at_a_time(at_home: pytest.MonkeyPatch, stack: EmbeddedStack) -> None:
    at_home.setenv("DATABASE_URL", stack.environment()["DATABASE_URL"])
    at_home.setenv("REDIS_URL", stack.environment()["REDIS_URL"])
    with (
        services(),
        pytest.raises(StackError, match=r"Already running: .* make run PORT=8001 PERENNIAL_HOME=/another/folder"),
        services(patience=0.2),
    ):
        pass
