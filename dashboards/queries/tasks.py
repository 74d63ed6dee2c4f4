"""The tasks that a person may change."""

from collections.abc import Iterable

from django.http import Http404

from dashboards.queries.asker import Asker
from playbooks.models import StepApproval, Task
from renewals.core.roles import can
from renewals.queries.people import record_nearness


def changeable_task(asker: Asker, task_id: int) -> Task:
    """Return the task; Http404 when this workspace has none, or when the person's right does not reach it."""
    found = changeable_tasks(asker, [task_id])
    if not found:
        raise Http404
    return found[0]


def changeable_tasks(asker: Asker, task_ids: Iterable[int]) -> list[Task]:
    """Return those of the tasks that the person may change, by account; others are as if they were not there."""
    rows = Task.objects.select_related("account", "renewal").filter(id__in=list(task_ids))
    return [task for task in rows.order_by("account__name", "id") if _may_change(asker, task)]


def approval_of(task: Task) -> int:
    """Return the id of the question behind an approval's task; Http404 for any other task."""
    found = StepApproval.objects.filter(step_run_id=task.step_run_id).values_list("id", flat=True).first()
    if task.step_run_id is None or found is None:
        raise Http404
    return found


def _may_change(asker: Asker, task: Task) -> bool:
    if task.assignee_id == asker.membership.user_id:
        return True
    return can(asker.member, "tasks.change", record=record_nearness(asker.member, task.account, task.renewal))
