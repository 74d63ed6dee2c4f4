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

from config.stack.errors import StackError
from config.stack.places import CHECKOUT, ServiceUser

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 30.0
SET_PARENT_DEATH_SIGNAL = 1

Process = subprocess.Popen[bytes]


def clean_environment() -> dict[str, str]:
    """The environment without what would steer PostgreSQL's own programs elsewhere; messages in plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


def spawn_server(command: Sequence[str | Path], log: Path, user: ServiceUser, last_signal: signal.Signals) -> Process:
    """Starts a server as `user`, away from our folder and variables, all it says in `log`.

    It gets a session of its own, so that Ctrl-C reaches only its parent. On Linux the kernel sends it `last_signal`
    when the starting thread ends, even by `kill -9`; so call this from the main thread.
    """
    with log.open("ab") as stream:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=clean_environment(),
            start_new_session=True,
            preexec_fn=_ends_with_parent(last_signal),
            **user.as_arguments(),
        )


def spawn_command(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str], output: int | None = None
) -> Process:
    """Starts a program of ours in the checkout with exactly `environment`; `output` parts standard output from `log`.

    The same promises as for `spawn_server`; its last signal is SIGTERM.
    """
    with log.open("ab") as stream:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream if output is None else output,
            stderr=stream,
            cwd=CHECKOUT,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_ends_with_parent(signal.SIGTERM),
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


def end_all(processes: Sequence[Process], *signals: signal.Signals, patience: float = SECONDS_TO_STOP) -> None:
    """Ends several processes side by side, and whatever is left of the sessions they led."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signals[0])
    deadline = time.monotonic() + patience
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        end(process, *signals[1:])
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_until(is_ready: Callable[[], bool], process: Process, *, name: str, log: Path, pause: float = 0.02) -> None:
    """Returns when `is_ready()`. Raises StackError, with the end of `log`, if the process ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None:
            raise StackError(f"{name} did not start: {last_lines(log)} (all of it: {log})")
        if time.monotonic() > deadline:
            end(process, signal.SIGTERM)
            raise StackError(f"{name} did not answer within {SECONDS_TO_START:.0f} s: {last_lines(log)} (see {log})")
        time.sleep(pause)


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
