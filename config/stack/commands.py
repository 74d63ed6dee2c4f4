"""Runs one of our own commands to its end, in a given environment. Decides nothing."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.stack.errors import StackError
from config.stack.places import CHECKOUT
from config.stack.processes import end, last_lines, spawn_command


def managed(*words: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, str(CHECKOUT / "manage.py"), *words]


def run_logged(command: Sequence[str], environment: Mapping[str, str], log: Path, purpose: str) -> str:
    """Runs `command` and returns its standard output; its log goes to `log`.

    Raises StackError, naming `purpose`, if it fails.
    """
    log.unlink(missing_ok=True)
    process = spawn_command(command, log, environment, subprocess.PIPE)
    try:
        output = process.communicate()[0].decode()
    finally:
        end(process, signal.SIGTERM)
    if process.returncode:
        raise StackError(f"{purpose} failed: {last_lines(log)} (all of it: {log})")
    return output
