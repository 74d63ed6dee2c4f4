"""Tell what will happen at an account over the next days if nothing changes. Changes nothing."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.foresight.project import Projected, project_renewals
from playbooks.queries.foresight import account_id_of, open_renewals_of
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.queries.workspaces import chosen_workspaces

MOST_DAYS = 730


class Command(BaseCommand):
    """The same projection as the calendar's, made at this moment."""

    help = "Project the touches and milestones of an account (its external id) over the next days."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose days, how many, and how to answer."""
        parser.add_argument("account", help="external id of the account")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--workspace", default="", help="slug; needed where there are several")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Project and print, in the order of time."""
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"--days {options['days']}: give 1 to {MOST_DAYS}.", returncode=2)
        workspaces = chosen_workspaces(options["workspace"])
        if len(workspaces) != 1:
            raise CommandError("There are several workspaces: name one with --workspace.", returncode=2)
        by = system_actor(workspaces[0], "project_calendar")
        with in_workspace(workspaces[0], by=by, why="project"):
            now, account = database_now(), account_id_of(options["account"])
            if account is None:
                raise CommandError(f"There is no account '{options['account']}' here.", returncode=2)
            until = now + timedelta(days=options["days"])
            projected = project_renewals(open_renewals_of([account]), now=now, until=until)
        lines = sorted((line for each in projected for line in _lines(each)), key=lambda line: line["on"])
        if options["json"]:
            self.stdout.write(json.dumps({"account": options["account"], "days": lines}, default=str))
            return
        for line in lines:
            firm = "" if line["is_firm"] else f" (not firm: {', '.join(line['loose'])})"
            self.stdout.write(f"{line['on']} {line['zone'] or 'all day'}  {line['what']}: {line['name']}{firm}")
        if not lines:
            self.stdout.write(f"Nothing is planned at '{options['account']}' in the next {options['days']} days.")


def _lines(projected: Projected) -> Iterator[dict[str, Any]]:
    for touch in projected.touches:
        line = asdict(touch) | {"loose": [item.code for item in touch.loose], "is_firm": touch.is_firm}
        line["reasons"] = [item.code for item in touch.reasons]
        yield line | {"on": f"{touch.local_on} {touch.local_at:%H:%M}", "what": touch.effect.value}
    for item in projected.milestones:
        yield {"on": str(item.on), "zone": "", "what": item.kind.value, "name": item.label, "is_firm": True}
