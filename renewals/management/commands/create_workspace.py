"""create_workspace SLUG: a new workspace with the shipped lifecycle."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.workspaces import WorkspaceSettings, create_workspace
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now


class Command(BaseCommand):
    """Creates one workspace; exit 2 when that is not possible."""

    help = "Create a workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise."""
        parser.add_argument("slug")
        parser.add_argument("--name", default="")
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--timezone", default="UTC")
        parser.add_argument("--country", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it and say its id."""
        settings = WorkspaceSettings(
            slug=options["slug"],
            name=options["name"] or options["slug"],
            currency=options["currency"],
            timezone=options["timezone"],
            country=options["country"],
        )
        try:
            row = create_workspace(settings=settings, now=database_now())
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        facts = {"id": row.id, "slug": row.slug, "name": row.name, "currency": row.currency, "timezone": row.timezone}
        self.stdout.write(json.dumps(facts) if options["json"] else f"Workspace '{row.slug}' is ready (id {row.id}).")
