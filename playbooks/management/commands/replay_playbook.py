"""Replay recorded history under another definition and tell the difference. Sends and writes nothing."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.foresight.replay import Replayed, Rules, Span, replay_accounts
from playbooks.core.replay.compare import LOST, Change, Compared, lead_of
from playbooks.queries.assignees import assignees
from playbooks.queries.replay.configuration import (
    changed_version,
    configuration_of_the_time,
    published_version,
    with_playbook,
)
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.accounts import accounts
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

SHOWN = 50
CHUNK = 200


class Command(BaseCommand):
    """Without --version-number and --file nothing is changed, and recorded history must come again."""

    help = "Replay recorded history under another version of a playbook or a file, and print what differs."

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
        span = Span(first=_day(options["first"], time()), last=_day(options["last"], time(23, 59, 59)))
        workspaces = chosen_workspaces(options["workspace"])
        if len(workspaces) != 1:
            raise CommandError("There are several workspaces: name one with --workspace.", returncode=2)
        with in_workspace(workspaces[0], by=system_actor(workspaces[0], "replay_playbook"), why="replay"):
            try:
                rules = _rules(options)
            except (NamedError, OSError, tomllib.TOMLDecodeError) as problem:
                raise CommandError(str(problem), returncode=2) from problem
            now = database_now()
            found = list(_replayed(rules, replace(span, last=min(span.last, now)), now=now))
        self.stdout.write(json.dumps(_document(found), default=str) if options["json"] else _words(found))


def _rules(options: dict[str, Any]) -> Rules:
    unchanged, key = configuration_of_the_time(), options["playbook"]
    changed = None
    if options["file"]:
        table = tomllib.loads(Path(options["file"]).read_text("utf-8"))
        changed = with_playbook(unchanged, key, changed_version(key, table))
    elif options["version_number"]:
        changed = with_playbook(unchanged, key, published_version(key, options["version_number"]))
    return Rules(unchanged=unchanged, changed=changed, people=assignees())


def _replayed(rules: Rules, span: Span, *, now: datetime) -> Iterator[Replayed]:
    ids = list(accounts().order_by("id").values_list("id", flat=True))
    for place in range(0, len(ids), CHUNK):
        yield from replay_accounts(ids[place : place + CHUNK], rules, span, now=now)


def _differing(found: list[Replayed]) -> Iterator[tuple[str, Compared]]:
    for each in found:
        for item in each.compared:
            if item.change not in (Change.SAME, Change.QUIET):
                yield each.renewal.account_key, item


def _document(found: list[Replayed]) -> dict[str, Any]:
    return {
        "renewals": len(found),
        "decisions_recorded": sum(len(each.recorded) for each in found),
        "unequal": [asdict(item) for each in found for item in each.unequal],
        "human_before": sum(each.before.human for each in found),
        "human_after": sum(each.after.human for each in found),
        "differences": [{"account": key, "change": item.change, **asdict(item)} for key, item in _differing(found)],
        "caught": [asdict(lead) | {"account": key} for key, lead in _caught(found)],
    }


def _caught(found: list[Replayed]) -> Iterator[tuple[str, Any]]:
    for each in found:
        lost_on = each.renewal.decided_on
        if each.renewal.outcome == LOST and lost_on is not None:
            lead = lead_of(each.before, each.after, lost_on=lost_on)
            if lead.is_caught:
                yield each.renewal.account_key, lead


def _words(found: list[Replayed]) -> str:
    decisions, unequal = sum(len(each.recorded) for each in found), sum(len(each.unequal) for each in found)
    lines = [
        f"{len(found)} renewals, {decisions} decisions recorded; unchanged, {unequal} of them do not come again.",
        f"Human touches: {sum(e.before.human for e in found)} then, {sum(e.after.human for e in found)} now.",
    ]
    for account, item in list(_differing(found))[:SHOWN]:
        old, new = (f"{a.effect} {a.at:%Y-%m-%d %H:%M}" if a else "nothing" for a in (item.before, item.after))
        lines.append(f"  {account} {item.told.step_key or 'enters'}: {old} -> {new}")
    for account, lead in _caught(found):
        earlier = "never" if lead.before_days is None else f"{lead.before_days} days"
        lines.append(f"  lost: {account}, alarm {lead.after_days} days before, it was {earlier}")
    return "\n".join(lines)


def _day(text: str, at: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), at, UTC)
    except ValueError as error:
        raise CommandError(f"'{text}' is no day: write it like 2026-01-31.", returncode=2) from error
