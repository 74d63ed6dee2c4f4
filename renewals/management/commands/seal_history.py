"""Seal what was added to history and ledgers now, or put on record why sealed rows are others."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.actions.seals import accept_restored, seal_anew, seal_history
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces


class Command(BaseCommand):
    """Exit status 0, or 2 for wrong usage."""

    help = "Seal what is new; --anew after a migration changed columns of sealed rows, --restored after a restore."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workspaces, what is to be put on record, and how to answer."""
        parser.add_argument("--workspace", default="", help="slug; all workspaces without it")
        parser.add_argument("--anew", default="", metavar="TABLE", help="seal the rows of this table as they are now")
        parser.add_argument("--restored", action="store_true", help="the database was restored from a backup")
        parser.add_argument("--by", default="seal_history", help="who says so")
        parser.add_argument("--why", default="", help="the reason; needed for --anew and --restored")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Put the reason on record first, then seal what is new."""
        told = []
        try:
            for workspace_id in chosen_workspaces(options["workspace"]):
                by = system_actor(workspace_id, options["by"])
                self._record(by, options)
                told.append({"workspace": workspace_id, "sealed": seal_history(by=by, now=database_now())})
        except NamedError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"workspaces": told}))
        else:
            for each in told:
                self.stdout.write("Workspace {workspace}: {sealed} rows sealed.".format(**each))

    def _record(self, by: Actor, options: dict[str, Any]) -> None:
        if options["restored"]:
            accept_restored(why=options["why"], by=by, now=database_now())
        if options["anew"]:
            with in_workspace(by.workspace_id, by=by, why=options["why"]):
                seal_anew(table=options["anew"], why=options["why"], by=by, now=database_now())
