"""train_risk_model: learn renewal risk from outcomes, test it honestly, and propose it; never puts it in force."""

import csv
import io
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of
from signals.actions.learned.train import TrainingPlan, train_model
from signals.management.commands.refresh_scores import moment


class Command(BaseCommand):
    """Exit 0 when it was trained and reported, whatever the verdict; 2 for wrong usage."""

    help = "Train a model of renewal risk, backtest it, write the honesty report, and propose the model."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise."""
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--as-of", dest="as_of", type=moment, metavar="DATE", help="read nothing known later")
        parser.add_argument(
            "--protocol", choices=("rolling", "hash5"), default="", help="chosen by the data if left out"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the honesty report as JSON")
        parser.add_argument("--predictions", type=Path, metavar="FILE", help="write what was foretold unseen, as CSV")
        parser.add_argument("--now", type=moment, metavar="ISO-TIME", help="move the clock")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train and say what was found."""
        began = time.monotonic()
        try:
            workspace_id = workspace_id_of(options["workspace"])
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        actor = system_actor(workspace_id, "train_risk_model")
        with in_workspace(workspace_id, by=actor, why="read the clock", now=options["now"]):
            now: datetime = database_now()
        plan = TrainingPlan(as_of=options["as_of"] or now, protocol=options["protocol"])
        made = train_model(plan=plan, by=actor, now=now, tell=self._tell)
        report = {**made.report, "seconds": round(time.monotonic() - began, 1)}
        text = json.dumps(report, indent=None if options["json"] else 1)
        if options["report"]:
            self._write(options["report"], text + "\n")
        if options["predictions"]:
            self._write(options["predictions"], _as_csv(made.foretold))
        self.stdout.write(text if options["json"] else self._words(report))

    def _tell(self, words: str) -> None:
        self.stderr.write(words)

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error}", returncode=2) from error

    def _words(self, report: dict[str, Any]) -> str:
        kept = f"Proposed as risk model {report['version']}." if report["version"] else "No model was proposed."
        return "\n".join((*report["findings"], kept))


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    made = io.StringIO()
    if rows:
        writer = csv.DictWriter(made, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return made.getvalue()
