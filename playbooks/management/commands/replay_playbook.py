"""Replay recorded enrolments under another definition and tell the difference. Sends and writes nothing."""

import json
import tomllib
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.foresight.replay import Replay, replay_enrolments
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.due import chosen_workspaces
from playbooks.queries.replay import changed_version, published_version
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.clock import database_now

SHOWN = 50


class Command(BaseCommand):
    """Without --version and --file each enrolment is replayed under the version it had: nothing should differ."""

    help = "Replay a playbook's enrolments of a span of days under another version or a file, and print what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which playbook, which days, against what, and how to answer."""
        parser.add_argument("playbook", help="key of the playbook")
        parser.add_argument("--from", dest="first", required=True, help="first day, e.g. 2026-01-01")
        parser.add_argument("--to", dest="last", required=True, help="last day")
        parser.add_argument("--version-number", type=int, default=0, help="a published version")
        parser.add_argument("--file", default="", help="a definition in TOML; its templates are those in force")
        parser.add_argument("--workspace", default="", help="slug; needed where there are several")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and print."""
        first, last = _day(options["first"], time()), _day(options["last"], time(23, 59, 59))
        workspaces = chosen_workspaces(options["workspace"])
        if len(workspaces) != 1:
            raise CommandError("There are several workspaces: name one with --workspace.", returncode=2)
        with in_workspace(workspaces[0], by=system_actor(workspaces[0], "replay_playbook"), why="replay"):
            try:
                version = _version(options)
            except (NamedError, OSError, tomllib.TOMLDecodeError) as problem:
                raise CommandError(str(problem), returncode=2) from problem
            found = replay_enrolments(options["playbook"], version, first=first, last=last, now=database_now())
        self.stdout.write(json.dumps(_document(found), default=str) if options["json"] else _words(found))


def _version(options: dict[str, Any]) -> PublishedVersion | None:
    if options["file"]:
        return changed_version(options["playbook"], tomllib.loads(Path(options["file"]).read_text("utf-8")))
    return published_version(options["playbook"], options["version_number"]) if options["version_number"] else None


def _document(found: Replay) -> dict[str, Any]:
    return {
        "enrolments": found.enrolments,
        "steps_recorded": len(found.recorded),
        "steps_replayed": len(found.replayed),
        "differences": [asdict(item) for item in found.differences],
        "work_recorded": [[person, week, n] for (person, week), n in found.work_recorded.items()],
        "work_replayed": [[person, week, n] for (person, week), n in found.work_replayed.items()],
        "caught_earlier": [asdict(item) for item in found.caught],
    }


def _words(found: Replay) -> str:
    lines = [
        f"{found.enrolments} enrolments, {len(found.recorded)} steps recorded, {len(found.replayed)} replayed, "
        f"{len(found.differences)} differ.",
        f"Human steps: {sum(found.work_recorded.values())} then, {sum(found.work_replayed.values())} now.",
    ]
    for item in found.differences[:SHOWN]:
        old = f"{item.recorded.effect} {item.recorded.at:%Y-%m-%d %H:%M}" if item.recorded else "nothing"
        new = f"{item.replayed.effect} {item.replayed.at:%Y-%m-%d %H:%M}" if item.replayed else "nothing"
        lines.append(f"  {item.account} {item.step_key}: {old} -> {new}")
    for caught in found.caught:
        earlier = "with no human step at all" if caught.days_earlier is None else f"{caught.days_earlier} days earlier"
        lines.append(f"  lost: {caught.account}, first human step {caught.replayed_at:%Y-%m-%d}, {earlier}")
    return "\n".join(lines)


def _day(text: str, at: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), at, UTC)
    except ValueError as error:
        raise CommandError(f"'{text}' is no day: write it like 2026-01-31.", returncode=2) from error
