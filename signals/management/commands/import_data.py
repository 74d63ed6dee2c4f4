"""import_data KIND FILE: bring a CSV, CSV.gz or XLSX file in, or say what it would do."""

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.imports.load import ImportOrder
from renewals.actions.imports.spool import spooled
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError
from renewals.core.imports.export import rejected_sheet
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.imports.problems import BrokenFile, Problem, problem_as_json
from renewals.core.imports.report import ImportReport, report_as_json
from renewals.core.imports.wording import report_lines
from renewals.queries.clock import database_now
from renewals.queries.imports.limits import COMMAND_LINE
from renewals.queries.imports.opening import suggested
from renewals.queries.workspaces import workspace_id_of
from signals.actions.imports import all_kinds, import_file
from signals.management.progress import Bar

DONE, WITH_PROBLEMS, WRONG_USAGE = 0, 1, 2


class Command(BaseCommand):
    """Exit 0: all rows taken; 1: some refused, or the file is broken (nothing changed); 2: wrong usage."""

    help = "Import a file. KIND is one of: accounts, contacts, contracts, contract_lines, signals, invoices, ..."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise."""
        parser.add_argument("kind", choices=list(all_kinds()))
        parser.add_argument("file", help="CSV, CSV.gz or XLSX; - is standard input")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--mapping", metavar="FILE", help="TOML; without it, the columns are guessed")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument(
            "--errors", metavar="FILE", help="where to write the refused rows, to mend and import again"
        )
        parser.add_argument("--now", metavar="ISO-TIME", help="move the clock")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and say what became of the rows."""
        began = time.monotonic()
        try:
            workspace_id = workspace_id_of(options["workspace"])
            moment = _moment(options["now"])
            actor = system_actor(workspace_id, "import_data")
            with _opened(options["file"]) as stream:
                report = self._import(stream, options, actor, moment)
        except BrokenFile as error:
            self._refuse(error.problem, options)
        except NamedError as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        self._say(report, options, time.monotonic() - began)
        sys.exit(DONE if report.is_clean else WITH_PROBLEMS)

    def _import(self, stream: BinaryIO, options: dict[str, Any], actor: Actor, moment: datetime | None) -> ImportReport:
        kind, name = options["kind"], _name(options["file"])
        mapping = self._mapping(stream, options)
        bar = Bar(self.stderr, is_wanted=sys.stderr.isatty() and not options["json"])
        with in_workspace(actor.workspace_id, by=actor, why="read the clock"):
            now = moment or database_now()
        with rejected_sheet_at(options["errors"]) as taken:
            order = ImportOrder(
                stream=stream,
                file_name=name,
                mapping=mapping,
                limits=COMMAND_LINE,
                is_dry_run=options["dry_run"],
                take_reject=taken,
            )
            if mapping.kind != kind:
                raise CommandError(f"The mapping is for {mapping.kind}, not for {kind}.", returncode=WRONG_USAGE)
            report = import_file(order=order, by=actor, now=now, tell=bar.show)
        bar.end()
        return report

    def _mapping(self, stream: BinaryIO, options: dict[str, Any]) -> ImportMapping:
        if options["mapping"]:
            try:
                text = Path(options["mapping"]).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"The mapping cannot be read: {error}", returncode=WRONG_USAGE) from error
            return read_mapping(text, kinds=all_kinds())
        spec = all_kinds()[options["kind"]]
        found = suggested(stream, name=_name(options["file"]), limits=COMMAND_LINE, spec=spec)
        # Columns may be guessed, how the file is to be read is asked.
        return replace(found.mapping, reading=Reading())

    def _refuse(self, problem: Problem, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"kind": options["kind"], "broken": problem_as_json(problem)}))
        else:
            self.stderr.write(f"{problem.line()} Nothing was changed.")
        sys.exit(WITH_PROBLEMS)

    def _say(self, report: ImportReport, options: dict[str, Any], seconds: float) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report_as_json(report) | {"seconds": round(seconds, 3)}))
            return
        for line in report_lines(report, seconds=seconds):
            self.stdout.write(line)
        if options["errors"] and report.counts.rejected:
            self.stdout.write(f"Refused rows: {options['errors']}")


@contextmanager
def rejected_sheet_at(path: str | None) -> Iterator[Any]:
    """Yield what takes each refused row and writes it to the file; None without a path."""
    if not path:
        yield None
        return
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        yield lambda header, row: writer.writerows(rejected_sheet(header, row))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        with spooled(sys.stdin.buffer) as stream:
            yield stream
        return
    try:
        with Path(name).open("rb") as stream:
            yield stream
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise CommandError(f"The file cannot be opened: {error.strerror}: {name}", returncode=WRONG_USAGE) from error


def _name(path: str) -> str:
    return "standard input" if path == "-" else Path(path).name


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--now: {error}", returncode=WRONG_USAGE) from error
    if moment.tzinfo is None:
        raise CommandError("--now needs a time zone, as in 2026-03-01T09:00:00+00:00.", returncode=WRONG_USAGE)
    return moment
