"""Remembers which services `make run` has up, so that a command in another terminal uses them. Starts nothing."""

import fcntl
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.stack.places import CHECKOUT

SERVICES_FILE = "services.json"
LOCK_FILE = "services.lock"
# A variable that a person sets carries its companion with it: half of ours and half of theirs would never fit.
COMPANIONS = {"DATABASE_URL": "DATABASE_OWNER_URL", "REDIS_URL": "CELERY_BROKER_URL"}


def chosen_home() -> Path:
    """The folder of data, keys and logs: `PERENNIAL_HOME`, or `.perennial` in the checkout."""
    asked_for = os.environ.get("PERENNIAL_HOME")
    return Path(asked_for).expanduser().absolute() if asked_for else CHECKOUT / ".perennial"


def write_services(home: Path, environment: Mapping[str, str]) -> None:
    """Tells other commands where the services of `home` are. Readable by their owner alone: it holds the secret key."""
    handle, draft = tempfile.mkstemp(dir=home, prefix=SERVICES_FILE)
    with os.fdopen(handle, "w") as stream:
        json.dump({"pid": os.getpid(), "environment": dict(environment)}, stream, indent=1)
    Path(draft).replace(home / SERVICES_FILE)


def remove_services(home: Path) -> None:
    """Forgets the services of `home`; does nothing when they are already forgotten."""
    (home / SERVICES_FILE).unlink(missing_ok=True)


def running_environment(home: Path | None = None) -> dict[str, str]:
    """The variables of the services that are up for `home`; empty when none are, or they belong to somebody else."""
    home = home or chosen_home()
    try:
        services = json.loads((home / SERVICES_FILE).read_text())
        with (home / LOCK_FILE).open() as lock:
            # Whoever has services up holds this lock; a file left behind by a crash has nobody behind it.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return dict(services["environment"])
    except (FileNotFoundError, PermissionError):
        pass
    return {}


def environment_defaults() -> dict[str, str]:
    """What settings may take from the running services; whatever a person has set, with its companion, wins."""
    found = running_environment()
    hidden = {companion for name, companion in COMPANIONS.items() if name in os.environ}
    return {name: value for name, value in found.items() if name not in os.environ and name not in hidden}
