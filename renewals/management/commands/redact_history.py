"""Empty columns of rows of history, or delete rows, where the law asks for it; a seal says who did it and why."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.redaction import Redaction, redact_history
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of


class Command(BaseCommand):
    """Exit status 0 when done; 2 with the reason and nothing changed. Runs with the owner's connection."""

    help = "Take words or rows out of history and ledgers, with a seal that says by whom and why."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is taken out, by whom and why, and how to answer."""
        parser.add_argument("--workspace", required=True, help="slug")
        parser.add_argument("--table", required=True, help="a table of history or a ledger")
        parser.add_argument("--rows", required=True, type=int, nargs="+", metavar="ID")
        kinds = parser.add_mutually_exclusive_group(required=True)
        kinds.add_argument("--columns", nargs="+", default=[], help="columns to be emptied")
        kinds.add_argument("--delete", action="store_true", help="delete the rows")
        parser.add_argument("--by", required=True, help="who ordered it")
        parser.add_argument("--why", required=True, help="on what ground")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say why not."""
        order = Redaction(table=options["table"], row_ids=tuple(options["rows"]), columns=tuple(options["columns"]))
        try:
            by = system_actor(workspace_id_of(options["workspace"]), options["by"])
            done = redact_history(order=order, why=options["why"], by=by, now=database_now())
        except NamedError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps({"redacted": done}) if options["json"] else f"{done} rows, and the seal of why.")
