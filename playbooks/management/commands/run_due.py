"""Run the sweeps once, or hour by hour over a moved clock: enrolments, due steps, messages, the queue."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.pump import Pump
from playbooks.actions.sweeps import Swept, sweep_all
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Command(BaseCommand):
    """The same sweeps as the workers', by hand."""

    help = "Run the sweeps once, now or at --now; with --until, step by step over a moved clock."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspace, at what time, and how to answer."""
        parser.add_argument("--workspace", default="", help="slug; all workspaces without it")
        parser.add_argument("--now", default="", help="the moved clock, e.g. 2027-01-04T09:00:00+00:00")
        parser.add_argument("--until", default="", help="the end of the moved clock")
        parser.add_argument("--step", default="1h", help="how far the clock moves each time: 30m, 1h, 1d")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep at each instant and add up."""
        clock = _instant(options["now"], "--now")
        until = _instant(options["until"], "--until")
        only = chosen_workspaces(options["workspace"])[0] if options["workspace"] else None
        total = Swept()
        turns = 0
        for instant in _instants(clock, until, _step(options["step"])):
            swept = sweep_all(Pump(clock=instant, only=only), now=instant or database_now(), only=only)
            total = Swept(**{name: value + getattr(total, name) for name, value in asdict(swept).items()})
            turns += 1
        answer = {"turns": turns, **asdict(total)}
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(", ".join(f"{value} {name}" for name, value in answer.items()))


def _instants(clock: datetime | None, until: datetime | None, step: timedelta) -> Iterator[datetime | None]:
    if until is None:
        yield clock
        return
    at = clock or database_now()
    while at <= until:
        yield at
        at += step


def _instant(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise CommandError(f"{name} {text}: give a time with its zone, e.g. 2027-01-04T09:00:00+00:00.", returncode=2)
    return found


def _step(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([mhd])", text)
    if match is None or int(match[1]) == 0:
        raise CommandError(f"--step {text}: give minutes, hours or days, e.g. 30m, 1h, 1d.", returncode=2)
    return timedelta(**{UNITS[match[2]]: int(match[1])})
