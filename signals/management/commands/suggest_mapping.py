"""suggest_mapping KIND FILE: a mapping file to edit, with why each column was chosen."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.imports.spool import spooled
from renewals.core.imports.mapping_file import write_mapping
from renewals.core.imports.problems import BrokenFile, problem_as_json
from renewals.queries.imports.limits import COMMAND_LINE
from renewals.queries.imports.opening import suggested
from signals.actions.imports import all_kinds


class Command(BaseCommand):
    """Prints TOML; exit 1 when the file is broken, 2 when it cannot be opened."""

    help = "Suggest a mapping file for a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise."""
        parser.add_argument("kind", choices=list(all_kinds()))
        parser.add_argument("file", help="CSV, CSV.gz or XLSX; - is standard input")
        parser.add_argument("--workspace", metavar="SLUG", help="accepted like everywhere; a suggestion needs none")
        parser.add_argument(
            "--ends-are-told", action="store_true", help="each row is an account with a known end: find the column"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the suggestion."""
        name = options["file"]
        try:
            with sys.stdin.buffer if name == "-" else Path(name).open("rb") as given, spooled(given) as stream:
                spec = all_kinds()[options["kind"]]
                shown = "standard input" if name == "-" else Path(name).name
                told = options["ends_are_told"]
                found = suggested(stream, name=shown, limits=COMMAND_LINE, spec=spec, ends_are_told=told)
        except BrokenFile as error:
            if options["json"]:
                self.stdout.write(json.dumps({"kind": options["kind"], "broken": problem_as_json(error.problem)}))
                sys.exit(1)
            raise CommandError(str(error), returncode=1) from error
        except OSError as error:
            raise CommandError(f"The file cannot be opened: {error.strerror}: {name}", returncode=2) from error
        text = write_mapping(found.mapping, comments=found.reasons)
        if options["json"]:
            facts = {"mapping": text, "confidence": dict(found.confidence), "reasons": dict(found.reasons)}
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(text, ending="")
