"""The processes of a fault run: started, killed, frozen, woken and started again. Signals only its own."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Crew:
    """Named processes that are brought back whenever they are found dead; `log` holds what they said."""

    log: Path
    environment: Mapping[str, str]
    commands: dict[str, list[str]] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    to_wake: list[tuple[float, int]] = field(default_factory=list)
    restarts: int = 0

    def hire(self, name: str, command: Sequence[str]) -> None:
        """Start a process and keep it running from now on."""
        self.commands[name] = list(command)
        self._start(name)

    def tend(self) -> None:
        """Bring back the dead, with their orphans gone, and wake the frozen whose time is up."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self._end_group(process.pid)
                self._start(name)
                self.restarts += 1
        now = time.monotonic()
        for at, pid in [item for item in self.to_wake if item[0] <= now]:
            self.to_wake.remove((at, pid))
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def kill(self, name: str, dice: random.Random) -> None:
        """kill -9: a child of the pool, the main process alone, or the whole group."""
        process = self.running[name]
        children = self._children(process.pid)
        with contextlib.suppress(ProcessLookupError):
            if children and dice.random() < 0.6:
                os.kill(dice.choice(children), signal.SIGKILL)
            elif children and dice.random() < 0.5:
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)

    def freeze(self, name: str, seconds: float, dice: random.Random) -> None:
        """Stop a process in its tracks for so long, longer than its lease; a virtual machine on pause."""
        process = self.running[name]
        victim = dice.choice(self._children(process.pid) or [process.pid])
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGSTOP)
            self.to_wake.append((time.monotonic() + seconds, victim))

    def wake_frozen(self, after_seconds: float) -> int:
        """Note every process that froze itself, to be woken after so long; returns how many are new."""
        known = {pid for _, pid in self.to_wake}
        found = 0
        for process in self.running.values():
            if process.pid not in known and _is_stopped(process.pid):
                self.to_wake.append((time.monotonic() + after_seconds, process.pid))
                found += 1
        return found

    def dismiss(self) -> None:
        """End every process of ours, at once."""
        self.commands.clear()
        for process in self.running.values():
            self._end_group(process.pid)
        for process in self.running.values():
            process.wait()

    def _start(self, name: str) -> None:
        with (self.log / f"{name}.log").open("ab") as output:
            self.running[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _end_group(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def _children(self, pid: int) -> list[int]:
        path = Path(f"/proc/{pid}/task/{pid}/children")
        with contextlib.suppress(OSError):
            return [int(word) for word in path.read_text().split()]
        return []


def _is_stopped(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    return False


def python(*words: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *words]
