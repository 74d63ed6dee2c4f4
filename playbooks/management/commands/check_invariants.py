"""Ask the live database whether every invariant of the engine holds; list the rows that break one."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from playbooks.queries.invariants import INVARIANTS, broken_invariants
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.workspaces import chosen_workspaces


class Command(BaseCommand):
    """Exit status 0 when all hold, 1 when one is broken."""

    help = "Check every invariant of docs/reliability.md against the database; changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspaces, and how to answer."""
        parser.add_argument("--workspace", default="", help="slug; all workspaces without it")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check workspace by workspace."""
        broken = []
        workspaces = chosen_workspaces(options["workspace"])
        for workspace_id in workspaces:
            with in_workspace(workspace_id, by=system_actor(workspace_id, "check_invariants"), why="check"):
                broken += [{"workspace": workspace_id, **asdict(item)} for item in broken_invariants()]
        if options["json"]:
            answer = {"checked": len(INVARIANTS), "workspaces": len(workspaces), "broken": broken}
            self.stdout.write(json.dumps(answer))
        else:
            for item in broken:
                self.stdout.write(
                    "{number} is broken in workspace {workspace}: {table} {row_id}, {detail}".format(**item)
                )
            self.stdout.write(f"{len(INVARIANTS)} invariants, {len(workspaces)} workspaces, {len(broken)} broken rows.")
        if broken:
            raise SystemExit(1)
