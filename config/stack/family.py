"""Keeps a handful of programs running: starts them, restarts one that ends unless it keeps ending, stops all."""

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.stack.errors import StackError
from config.stack.processes import Process, end_all, last_lines, spawn_command

MOST_RESTARTS = 5
WITHIN_SECONDS = 60.0
SECONDS_TO_FINISH_WORK = 20.0


class Family:
    """Programs by name, each with its own log under `logs`."""

    def __init__(self, logs: Path, environment: Mapping[str, str], programs: Mapping[str, Sequence[str]]) -> None:
        self._logs, self._environment, self._programs = logs, dict(environment), programs
        self._processes: dict[str, Process] = {}
        self._endings: dict[str, list[float]] = {name: [] for name in programs}

    def start(self, name: str) -> Process:
        """Starts one program and returns its process."""
        process = spawn_command(
            self._programs[name],
            self._logs / f"{name}.log",
            self._environment | {"PGAPPNAME": f"perennial-{name}"},
        )
        self._processes[name] = process
        return process

    def start_others(self) -> None:
        """Starts every program that is not up yet."""
        for name in self._programs.keys() - self._processes.keys():
            self.start(name)

    def revive(self) -> None:
        """Restarts what has ended. Raises StackError when one ends again and again."""
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                self._note_ending(name, process.returncode)
                self.start(name)

    def stop(self) -> None:
        """Asks all to finish what they do, side by side, and ends whoever does not."""
        end_all(list(self._processes.values()), signal.SIGTERM, signal.SIGQUIT, patience=SECONDS_TO_FINISH_WORK)
        self._processes.clear()

    def _note_ending(self, name: str, status: int) -> None:
        now = time.monotonic()
        recent = [moment for moment in self._endings[name] if now - moment < WITHIN_SECONDS]
        self._endings[name] = [*recent, now]
        if len(recent) >= MOST_RESTARTS:
            log = self._logs / f"{name}.log"
            raise StackError(f"The {name} process keeps ending (status {status}): {last_lines(log)} (all of it: {log})")
