"""One task that a person may change."""

from django.http import Http404

from dashboards.queries.asker import Asker
from playbooks.models import Task
from renewals.core.roles import can
from renewals.queries.people import record_nearness


def changeable_task(asker: Asker, task_id: int) -> Task:
    """Return the task; Http404 when this workspace has none, or when the person's right does not reach it."""
    task = Task.objects.select_related("account", "renewal").filter(id=task_id).first()
    if task is None:
        raise Http404
    is_mine = task.assignee_id == asker.membership.user_id
    near = record_nearness(asker.member, task.account, task.renewal)
    if not is_mine and not can(asker.member, "tasks.change", record=near):
        raise Http404
    return task
