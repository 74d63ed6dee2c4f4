"""The queue by team, as digests tell it: counts and the first lines, with one statement whatever its length."""

import json
from datetime import date

from django.db import connection

from playbooks.core.digests import SHOWN, TeamQueue
from renewals.models import Workspace

NO_TEAM = "people without a team"
BY_TEAM = """
SELECT line.team_id, coalesce(t.name, %(none)s), count(*), count(*) FILTER (WHERE next_due_on < %(today)s),
    count(*) FILTER (WHERE next_due_on = %(today)s),
    json_agg(json_build_array(account_name, due_on) ORDER BY place) FILTER (WHERE place <= %(shown)s)
FROM (
    SELECT m.team_id, q.account_name, q.due_on, q.next_due_on,
        row_number() OVER (PARTITION BY m.team_id ORDER BY q.priority DESC, q.id) AS place
    FROM playbooks_queueentry AS q
    LEFT JOIN renewals_membership AS m ON m.workspace_id = q.workspace_id AND m.user_id = q.owner_id AND m.is_active
) AS line LEFT JOIN renewals_team AS t ON t.id = line.team_id
GROUP BY line.team_id, t.name ORDER BY line.team_id NULLS LAST
"""


def home_zone(workspace_id: int) -> str:
    """Return the zone whose morning a digest waits for: the workspace's."""
    return str(Workspace.objects.values_list("timezone", flat=True).get(id=workspace_id))


def team_queues(*, today: date) -> tuple[TeamQueue, ...]:
    """Return the queue of every team that has a line in it, the oldest team first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_TEAM, {"none": NO_TEAM, "today": today, "shown": SHOWN})
        return tuple(
            TeamQueue(team_id=team, name=name, lines=lines, overdue=overdue, today=due, first=_first(first))
            for team, name, lines, overdue, due, first in cursor.fetchall()
        )


def _first(stored: str | list[list[str]] | None) -> tuple[tuple[str, date], ...]:
    rows = json.loads(stored) if isinstance(stored, str) else stored or []
    return tuple((account, date.fromisoformat(on)) for account, on in rows)
