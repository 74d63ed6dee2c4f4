"""Child processes that end with their parent: spawn, wait until ready, end with patience. Knows no server by name."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from config.stack.errors import StackError
from config.stack.places import ServiceUser

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0
SET_PARENT_DEATH_SIGNAL = 1

Process = subprocess.Popen[bytes]


def clean_environment() -> dict[str, str]:
    """The environment without what would steer PostgreSQL's own programs elsewhere; messages in plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


def spawn(
    command: Sequence[str | Path],
    output: Path | TextIO,
    user: ServiceUser,
    last_signal: signal.Signals,
    environment: Mapping[str, str] | None = None,
    folder: Path = Path("/"),
) -> Process:
    """Starts `command` in a session of its own, so that Ctrl-C reaches only its parent.

    On Linux the kernel sends `last_signal` when the starting thread ends, even by `kill -9`; so call it from the main
    thread.
    """
    with contextlib.ExitStack() as closing:
        stream = output if not isinstance(output, Path) else closing.enter_context(output.open("ab"))
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=clean_environment() if environment is None else dict(environment),
            start_new_session=True,
            preexec_fn=_ends_with_parent(last_signal),
            **user.as_arguments(),
        )


def end(process: Process | None, *signals: signal.Signals, patience: float = SECONDS_TO_STOP) -> None:
    """Sends each signal in turn and waits `patience` seconds after each; then kills. Nothing if it has ended."""
    if process is None:
        return
    for number in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def wait_until(is_ready: Callable[[], bool], process: Process, *, name: str, log: Path) -> None:
    """Returns when `is_ready()`. Raises StackError, with the end of `log`, if the process ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None:
            raise StackError(f"{name} did not start: {last_lines(log)} (all of it: {log})")
        if time.monotonic() > deadline:
            end(process, signal.SIGTERM)
            raise StackError(f"{name} did not answer within {SECONDS_TO_START:.0f} s: {last_lines(log)} (see {log})")
        time.sleep(0.02)


def last_lines(text: str | Path, count: int = 3) -> str:
    """The last `count` lines that are not empty, on one line, for a sentence."""
    if isinstance(text, Path):
        text = text.read_text(errors="replace") if text.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-count:]) or "it said nothing"


def _ends_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # Looked up before the fork: the child may only make the call.
    prctl = ctypes.CDLL(None).prctl
    number = int(last_signal)
    return lambda: prctl(SET_PARENT_DEATH_SIGNAL, number)
