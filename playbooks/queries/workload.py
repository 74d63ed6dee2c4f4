"""Open tasks as capacity and absences see them, and who is away; read only."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from playbooks.core.capacity import DueTask
from playbooks.models import Absence, Task
from renewals.models import Membership

AHEAD_DAYS = 28

# Only people with a day that is too full; on a day like any other nobody.
TOO_FULL = """
SELECT DISTINCT f.user_id FROM (
    SELECT m.user_id FROM playbooks_task AS t
    JOIN renewals_membership AS m ON m.workspace_id = t.workspace_id AND m.user_id = t.assignee_id AND m.is_active
    WHERE t.state = 'open' AND t.due_on <= %(until)s
    GROUP BY m.user_id, m.daily_capacity, greatest(t.due_on, %(today)s) HAVING count(*) > m.daily_capacity
) AS f ORDER BY f.user_id
"""


def overloaded_people(*, today: date) -> list[int]:
    """Return the people who have more open tasks on some day of the next four weeks than they can do."""
    with connection.cursor() as cursor:
        cursor.execute(TOO_FULL, {"today": today, "until": today + timedelta(days=AHEAD_DAYS)})
        return [row[0] for row in cursor.fetchall()]


def due_tasks(user_ids: Iterable[int], *, today: date, until: date) -> Mapping[int, list[DueTask]]:
    """Return the open tasks of these people that are due up to a day, by person; snoozed ones are not waiting."""
    rows = Task.objects.filter(assignee_id__in=set(user_ids), state="open", due_on__lte=until).order_by("id")
    found: dict[int, list[DueTask]] = {}
    for row in rows.values(
        "id", "assignee_id", "due_on", "account__tier", "renewal__notice_on", "renewal__due_on", "step_run__kind"
    ):
        ends = [day for day in (row["renewal__notice_on"], row["renewal__due_on"]) if day is not None and day >= today]
        task = DueTask(
            task_id=row["id"],
            due_on=row["due_on"],
            tier=row["account__tier"],
            latest_on=min(ends, default=None),
            kind=row["step_run__kind"] or "task",
        )
        found.setdefault(row["assignee_id"], []).append(task)
    return found


def capacities(user_ids: Iterable[int]) -> Mapping[int, int]:
    """Return how many tasks each of these people can do in a day."""
    rows = Membership.objects.filter(user_id__in=set(user_ids), is_active=True)
    return dict(rows.values_list("user_id", "daily_capacity"))


def absences_in_force(*, today: date) -> QuerySet[Absence]:
    """Return the absences of today, the earliest first."""
    live = Absence.objects.filter(cancelled_at__isnull=True, returned_at__isnull=True)
    return live.filter(from_on__lte=today, until_on__gte=today).order_by("id")


def standing_in(*, today: date) -> Mapping[int, int | None]:
    """Return who is away today, with who stands in for them, None for nobody."""
    return dict(absences_in_force(today=today).values_list("user_id", "delegate_id"))


def absences_over(*, today: date) -> QuerySet[Absence]:
    """Return absences whose work has not been handed back although they are over or were cancelled."""
    over = Q(until_on__lt=today) | Q(cancelled_at__isnull=False)
    return Absence.objects.filter(over, returned_at__isnull=True).order_by("id")


def absences_ahead(*, today: date) -> QuerySet[Absence]:
    """Return who is or will be away, by person and day."""
    live = Absence.objects.filter(cancelled_at__isnull=True, until_on__gte=today)
    return live.select_related("user", "delegate").order_by("from_on", "id")
