"""Verify the seals over history and ledgers; name seal, table and row where they disagree."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from renewals.actions.seals import verify_and_keep
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.queries.seals import Verdict
from renewals.queries.workspaces import chosen_workspaces


class Command(BaseCommand):
    """Exit status 0 when no sealed row and no seal was touched, 1 otherwise."""

    help = "Recompute the seals over history and ledgers from the rows that are there; mends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspaces, and how to answer."""
        parser.add_argument("--workspace", default="", help="slug; all workspaces without it")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify workspace by workspace."""
        verdicts = [
            verify_and_keep(by=system_actor(each, "verify_history"), now=database_now())
            for each in chosen_workspaces(options["workspace"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"workspaces": [asdict(each) for each in verdicts]}, default=str))
        else:
            for verdict in verdicts:
                self._tell(verdict)
        if any(verdict.breaks for verdict in verdicts):
            raise SystemExit(1)

    def _tell(self, verdict: Verdict) -> None:
        for each in verdict.amendments:
            self.stdout.write(f"Seal {each.seal} ({each.kind}, {each.at:%Y-%m-%d}) by {each.by}: {each.why}")
        for broken in verdict.breaks:
            self.stdout.write(f"Workspace {verdict.workspace_id}, {broken}")
        found = "broken" if verdict.breaks else "whole"
        anchored = "the anchor agrees" if verdict.is_anchored else "no anchor agrees"
        self.stdout.write(
            f"Workspace {verdict.workspace_id}: {verdict.seals} seals, {verdict.rows} rows, {anchored}: {found}."
        )
