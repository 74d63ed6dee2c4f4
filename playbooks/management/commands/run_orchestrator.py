"""A plain process that looks for due work every half second or so. It needs no Redis; run two or more of it."""

import json
import random
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection

from playbooks.actions.pump import Pump, pump_safely
from playbooks.actions.sending import ServerWatch, raise_watermarks
from playbooks.actions.sweeps import sweep_channels
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

SHORTEST_WAIT, LONGEST_WAIT = 0.3, 0.7
ROUNDS_BEFORE_LOOKING_UP = 20
TURNS_PER_TENDING = 10


class Command(BaseCommand):
    """Ends after the chunk in hand when it gets SIGTERM or SIGINT."""

    help = "Look for due steps and messages every 0.3 to 0.7 seconds, without Redis, until stopped."
    # The migration before it has checked everything; checking again loads every page, and a step waits meanwhile.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspace, how often, and how to answer."""
        parser.add_argument("--workspace", default="", help="slug; all workspaces without it")
        parser.add_argument("--once", action="store_true", help="look once and end")
        parser.add_argument("--json", action="store_true", help="say at the end what was done, as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, wait with jitter, look again."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        only = chosen_workspaces(options["workspace"])[0] if options["workspace"] else None
        watch = ServerWatch()
        machine, steps, messages, turns = Pump(only=only, watch=watch), 0, 0, 0
        while not stop.is_set():
            if not self._is_safe(watch):
                stop.wait(LONGEST_WAIT)
                continue
            done = pump_safely(machine, most_rounds=ROUNDS_BEFORE_LOOKING_UP)
            steps += done.steps if done else 0
            messages += done.messages if done else 0
            turns += 1
            if turns % TURNS_PER_TENDING == 1:
                self._tend_channels(only)
            if options["once"]:
                break
            stop.wait(random.uniform(SHORTEST_WAIT, LONGEST_WAIT))  # noqa: S311  # only spreads the polls
        answer = {"steps": steps, "messages": messages}
        self.stdout.write(json.dumps(answer) if options["json"] else f"{steps} steps, {messages} messages.")

    def _tend_channels(self, only: int | None) -> None:
        """What came back is settled within seconds, and what has left is noted outside, also without Redis."""
        try:
            sweep_channels(now=database_now(), only=only)
            raise_watermarks()
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer: {error}")
            connection.close()

    def _is_safe(self, watch: ServerWatch) -> bool:
        """A database that was restored or promoted has its sending paused before anything is looked at (I21)."""
        try:
            paused = [item.workspace_id for item in watch.look() if item.is_paused]
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer yet: {error}")
            connection.close()
            return False
        if paused:
            self.stderr.write(f"Sending is paused in workspaces {paused}: the database is older than what was sent.")
        return True
