"""reconcile_sent: after a restore, take what the mail provider's log says was sent as sent. Sends nothing."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.reconcile import Reconciled, reconcile_with_log
from playbooks.core.provider_log import LogVerdict, ProviderLog, read_provider_log
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

WRONG_USAGE = 2
LARGEST = 200 * 1024 * 1024
SAID = {
    LogVerdict.MARKED: "waiting here: marked as sent",
    LogVerdict.KNOWN: "sent here as well: nothing to do",
    LogVerdict.EXPECTED: "step still ahead: will be marked when it is written, never handed over",
    LogVerdict.HELD: "unknown here: the next message to its address waits for a person",
    LogVerdict.CONTRARY: "ended here without being sent: nothing leaves, look at it",
    LogVerdict.OTHER_ADDRESS: "here it goes to another address: the next message to either waits for a person",
    LogVerdict.ELSEWHERE: "of another workspace: passed over",
}
QUIET = (LogVerdict.KNOWN, LogVerdict.ELSEWHERE)


class Command(BaseCommand):
    """Exit 0: done, or told what would be; 2: the log or the words were refused, and nothing was changed."""

    help = "Mark as sent what a provider's log (CSV with a header, or JSON lines) says was sent. --dry-run first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which log, which workspace, and how to answer."""
        parser.add_argument("log", help="our key or Message-ID, address and time with zone of each message")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all of it, then do all of it, or nothing."""
        text = _read(Path(options["log"]))
        try:
            (workspace_id,) = chosen_workspaces(options["workspace"])
            by = system_actor(workspace_id, "provider log")
            with in_workspace(workspace_id, by=by, why="provider log"):
                now = database_now()
                log = read_provider_log(text, now=now)
                self._refuse(log)
                told = reconcile_with_log(log=log, by=by, now=now, is_rehearsal=options["dry_run"])
        except NamedError as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        self.stdout.write(json.dumps(_document(told)) if options["json"] else _words(told, options["dry_run"]))

    def _refuse(self, log: ProviderLog) -> None:
        if log.problems:
            listed = "\n".join(log.problems)
            raise CommandError(f"The log was refused, and nothing was changed.\n{listed}", returncode=WRONG_USAGE)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path} is larger than 200 MB: split it by day.", returncode=WRONG_USAGE)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=WRONG_USAGE) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text.", returncode=WRONG_USAGE) from error


def _document(told: Reconciled) -> dict[str, Any]:
    lines = [
        {"line": item.line.number, "verdict": item.verdict.value, "message": item.message and asdict(item.message)}
        for item in told.judged
    ]
    return {"counts": told.counts, "did_not_leave": told.stayed, "strangers": told.strangers, "lines": lines}


def _words(told: Reconciled, is_rehearsal: bool) -> str:
    rows = [
        f"line {item.line.number}: {item.line.address}, {item.line.sent_at.isoformat()}: {SAID[item.verdict]}"
        + (f" (message {item.message.id}, {item.message.state})" if item.message else "")
        for item in told.judged
        if item.verdict not in QUIET
    ]
    counts = ", ".join(f"{count} {name}" for name, count in told.counts.items())
    end = "Nothing was changed." if is_rehearsal else "Now resume sending on /operations/."
    return "\n".join([*rows, f"{counts}; {told.stayed} did not leave, {told.strangers} are not ours.", end])
