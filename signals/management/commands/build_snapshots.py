"""build_snapshots: take every snapshot that is due or missing, and fix the labels that hold by now."""

import json
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of
from signals.actions.snapshots import backfill_snapshots, fix_all_labels, take_due_snapshots
from signals.management.commands.refresh_scores import moment


class Command(BaseCommand):
    """Exit 0 when done, 2 for wrong usage. Running it again takes nothing twice."""

    help = "Take the snapshots of renewals that are due or missing, and label the renewals that have ended."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what every command takes."""
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--now", type=moment, metavar="ISO-TIME", help="move the clock")
        parser.add_argument("--no-mid-term", action="store_true", help="leave out the monthly rows of long terms")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take and label, chunk by chunk, and print the counts."""
        began = time.monotonic()
        try:
            workspace_id = workspace_id_of(options["workspace"])
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        actor = system_actor(workspace_id, "build_snapshots")
        with in_workspace(workspace_id, by=actor, why="build_snapshots", now=options["now"]):
            now = database_now()
            due = take_due_snapshots(workspace_id=workspace_id, by=actor, now=now, limit=1_000_000)
        counts: Counter[str] = Counter(due=due.due, kept=due.kept, labels=0)
        with_mid_term = not options["no_mid_term"]
        for taken in backfill_snapshots(workspace_id=workspace_id, by=actor, now=now, with_mid_term=with_mid_term):
            counts.update(due=taken.due, kept=taken.kept)
        counts["labels"] = fix_all_labels(workspace_id=workspace_id, by=actor, now=now)
        figures = {**counts, "seconds": round(time.monotonic() - began, 1)}
        text = "{kept} snapshots taken of {due} due, {labels} labels fixed, in {seconds} s."
        self.stdout.write(json.dumps(figures) if options["json"] else text.format(**figures))
