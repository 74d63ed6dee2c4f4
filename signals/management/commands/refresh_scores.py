"""refresh_scores --workspace SLUG: score what has changed or aged, or every account as of an earlier day."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError
from renewals.queries.accounts import accounts
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of
from signals.actions.scores import RefreshResult, mark_outdated, refresh_scores, score_as_of
from signals.actions.scores.refresh import CHUNK


class Command(BaseCommand):
    """Exit 1 when an account could not be scored, 2 on wrong usage."""

    help = "Score accounts whose signals changed or whose score is of an earlier day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise."""
        parser.add_argument("--workspace", required=True)
        parser.add_argument("--as-of", dest="as_of", type=moment, help="a day or an instant with its zone")
        parser.add_argument("--now", type=moment, help="move the clock")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refresh chunk by chunk, each in its own transaction, and print the counts."""
        try:
            workspace_id = workspace_id_of(options["workspace"])
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        counts: Counter[str] = Counter(claimed=0, written=0, unchanged=0, failed=0)
        for result in self.chunks(workspace_id, options["as_of"], options["now"]):
            counts.update(asdict(result))
        text = "Scored {claimed}: {written} rows written, {unchanged} unchanged, {failed} failed."
        self.stdout.write(json.dumps(counts) if options["json"] else text.format(**counts))
        if counts["failed"]:
            raise CommandError("Some accounts could not be scored; the log names them.", returncode=1)

    def chunks(self, workspace_id: int, as_of: datetime | None, now: datetime | None) -> Any:
        """Yield the result of each chunk."""
        actor = system_actor(workspace_id, "refresh_scores")
        if as_of is not None:
            yield from self.earlier(workspace_id, as_of, actor, now)
            return
        with in_workspace(workspace_id, by=actor, why="refresh_scores", now=now):
            mark_outdated(workspace_id=workspace_id, by=actor, now=database_now())
        while True:
            with in_workspace(workspace_id, by=actor, why="refresh_scores", now=now):
                result = refresh_scores(workspace_id=workspace_id, by=actor, now=database_now())
            yield result
            if result.claimed < CHUNK:
                return

    def earlier(self, workspace_id: int, as_of: datetime, actor: Actor, now: datetime | None) -> Any:
        """Yield the results of scoring every account as of an earlier moment."""
        with in_workspace(workspace_id, by=actor, why="refresh_scores", now=now):
            ids = list(accounts().order_by("id").values_list("id", flat=True))
        for start in range(0, len(ids), CHUNK):
            with in_workspace(workspace_id, by=actor, why="refresh_scores", now=now):
                part = ids[start : start + CHUNK]
                result: RefreshResult = score_as_of(
                    workspace_id=workspace_id, account_ids=part, as_of=as_of, by=actor, now=database_now()
                )
            yield result


def moment(text: str) -> datetime:
    """Return the instant; a bare day means its end in UTC. ValueError makes the usage wrong."""
    made = datetime.fromisoformat(text)
    if len(text) == len("2026-01-01"):
        return datetime.combine(made.date(), time(23, 59, 59), UTC)
    if made.tzinfo is None:
        raise ValueError("a time zone is needed")
    return made
