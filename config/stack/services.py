"""The services that Perennial's own commands need, and the environment by which they find them and each other."""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from config.stack import own_servers
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.places import prepared_home
from config.stack.state import LOCK_FILE, chosen_home

KEY_FILE = "secret_key"


@contextlib.contextmanager
def services(*, patience: float = 1.0) -> Iterator[tuple[EmbeddedStack, dict[str, str]]]:
    """Starts what the environment does not name and yields it with the full environment of a command.

    Waits `patience` seconds for another command that has the same services up. Raises StackError.
    """
    home = prepared_home(chosen_home())
    lock = _sole_use(home, patience)
    wanted = {"postgres"} if not os.environ.get("DATABASE_URL") else set()
    wanted |= {"valkey"} if not os.environ.get("REDIS_URL") else set()
    if not wanted & {"postgres"}:
        own_servers.check_database(os.environ["DATABASE_URL"])
    if not wanted & {"valkey"}:
        own_servers.check_redis(os.environ["REDIS_URL"])
    with lock, EmbeddedStack(home, servers=frozenset(wanted)) as stack:
        yield stack, command_environment(home) | stack.environment()


def command_environment(home: Path) -> dict[str, str]:
    """This process's environment with what every command of ours needs: its home, the secret key, unbuffered output."""
    fixed = {"PERENNIAL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
    return dict(os.environ) | fixed | {"SECRET_KEY": os.environ.get("SECRET_KEY") or kept_secret_key(home)}


def kept_secret_key(home: Path) -> str:
    """The secret key of this home, made at the first call; sessions stay good over a restart."""
    path = home / KEY_FILE
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(50))
    return path.read_text()


def _sole_use(home: Path, patience: float) -> TextIO:
    lock = (home / LOCK_FILE).open("a")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise StackError(
                    f"Already running: another `make run` or `make manage` uses {home}. Stop it first (Ctrl-C in its "
                    "terminal), or run a second one beside it: make run PORT=8001 PERENNIAL_HOME=/another/folder."
                ) from None
            time.sleep(0.1)
        else:
            return lock
