"""Migrate as the owner, then bring row-level security, composite keys and grants to what the models say."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from renewals.actions.database import prepare_functions, secure_tables


class Command(Migrate):
    """Django's own command between two idempotent steps of ours."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Use the owner's connection unless told otherwise."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations and secure the tables; a question (`--plan`, `--check`) changes nothing."""
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        prepare_functions(connection)
        super().handle(*args, **options)
        secure_tables(connection)
