"""doctor: is the installation well, workspace by workspace, and what to do where it is not? Changes nothing."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboards.core.checks import Check, database_check, is_well, judge
from dashboards.queries.operations import database_facts, vitals
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

WELL, WITH_PROBLEMS, WRONG_USAGE = 0, 1, 2
MARKS = {"good": "ok  ", "watch": "look", "bad": "BAD "}


class Command(BaseCommand):
    """Exit 0: nothing is bad; 1: something is (listed with its remedy); 2: wrong usage."""

    help = "Check database, policies, migrations, broker, cadence, sending, scores and feeds; say what to do."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspaces, and how to answer."""
        parser.add_argument("--workspace", default="", metavar="SLUG", help="all workspaces without it")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and judge each workspace; without a database that is the one finding."""
        version, _ = database_facts()
        found = {"": (database_check(None),)} if version is None else self._examine(options["workspace"])
        if options["json"]:
            self.stdout.write(json.dumps(_document(found)))
        else:
            self._print(found)
        sys.exit(WELL if all(is_well(checks) for checks in found.values()) else WITH_PROBLEMS)

    def _examine(self, slug: str) -> dict[str, tuple[Check, ...]]:
        try:
            workspaces = chosen_workspaces(slug)
        except NamedError as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        found = {}
        for workspace_id in workspaces:
            with in_workspace(workspace_id, by=system_actor(workspace_id, "doctor"), why="check-up"):
                now = database_now()
                measured = vitals(now=now)
                found[measured.workspace] = judge(measured, now=now)
        return found

    def _print(self, found: dict[str, tuple[Check, ...]]) -> None:
        for name, checks in found.items():
            self.stdout.write(name or "Installation")
            for check in checks:
                remedy = f" – {check.remedy}" if check.remedy else ""
                self.stdout.write(f"  {MARKS[check.state]} {check.name}: {check.found}{remedy}")
        if not found:
            self.stdout.write("There is no workspace yet. Make one with create_workspace.")


def _document(found: dict[str, tuple[Check, ...]]) -> dict[str, Any]:
    problems = [
        {"workspace": name, "check": check.name, "found": check.found, "remedy": check.remedy}
        for name, checks in found.items()
        for check in checks
        if check.state == "bad"
    ]
    checks = {name: [asdict(check) for check in each] for name, each in found.items()}
    return {"is_well": not problems, "problems": problems, "workspaces": checks}
