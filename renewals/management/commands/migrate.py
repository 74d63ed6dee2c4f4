"""Migrate as the owner, then bring row-level security, composite keys and grants to what the models say."""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections

from renewals.actions.database import prepare_functions, secure_tables

TRIES = 10
LOCK_NOT_AVAILABLE = "55P03"


class Command(Migrate):
    """Django's own command between two idempotent steps of ours."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Use the owner's connection unless told otherwise."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations and secure the tables; a question (`--plan`, `--check`) changes nothing.

        A lock that the owner does not get in time (`lock_timeout`, in the settings) is let go and asked for again: what
        is done stays done.
        """
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        for turn in range(1, TRIES + 1):
            try:
                prepare_functions(connection)
                super().handle(*args, **options)
                secure_tables(connection)
            except OperationalError as problem:
                if turn == TRIES or getattr(problem.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                    raise
                self.stderr.write(f"A table is in use ({turn} of {TRIES}): {problem}")
                time.sleep(turn)
            else:
                break
