"""rebuild_metrics: reckon the kept movements of retention anew from the contracts and say what differed."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from renewals.actions.metrics.rebuild import rebuild_movements
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.dates import local_date
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids, workspace


class Command(BaseCommand):
    """Trusts nothing that is kept; a book that was refreshed differs in no row."""

    help = "Reckon the figures of retention anew from the contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one workspace, or all."""
        parser.add_argument("--workspace", type=int, help="its id; without it, every active one")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild each workspace by itself."""
        wanted = options["workspace"]
        for workspace_id in [wanted] if wanted else active_workspace_ids():
            by, now = system_actor(workspace_id, "rebuild_metrics"), database_now()
            with in_workspace(workspace_id, by=by, why="rebuild_metrics"):
                today = local_date(now, workspace(workspace_id).timezone)
            done = rebuild_movements(by=by, now=now, today=today)
            facts = {"workspace": workspace_id, **asdict(done)}
            words = f"Workspace {workspace_id}: {done.accounts} accounts, {done.written} rows differed."
            self.stdout.write(json.dumps(facts) if options["json"] else words)
