"""Runs a module of ours (benchmarks, acceptance) on throw-away services, or on named ones if DATABASE_URL is set.

Usage: throwaway.py MODULE
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.stack.commands import managed, run_logged
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.places import CHECKOUT


@contextlib.contextmanager
def throwaway_environment() -> Iterator[dict[str, str]]:
    """The environment of a command on services that nobody else uses; they are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="perennial-") as folder:
        fixed = {"PERENNIAL_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "PERENNIAL_TESTING": "1"}
        common = dict(os.environ) | fixed | {"SECRET_KEY": "only-for-throw-away-services"}
        if "DATABASE_URL" in os.environ:
            yield common
            return
        with EmbeddedStack(Path(folder), ephemeral=True) as stack:
            yield common | stack.environment()


def main(arguments: list[str]) -> int:
    """Runs the module and returns its exit status."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        with throwaway_environment() as environment:
            log = Path(environment["PERENNIAL_HOME"]) / "migrate.log"
            run_logged(managed("migrate", "--no-input"), environment, log, "The migration of the database")
            return subprocess.call([sys.executable, "-m", *arguments], env=environment, cwd=CHECKOUT)
    except StackError as obstacle:
        sys.stderr.write(f"{obstacle}\n")
        return 1


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
