"""Take the completion of a task back: the task is open again, and the ledgers say both that it was done and undone."""

from datetime import datetime

from django.db import transaction

from playbooks.actions.queue import refresh_entries
from playbooks.actions.tasks import (
    REOPENED,
    escalation_key,
    lock_task,
    log_task,
    outcome_effect,
    record_task_touch,
    reopened_count,
)
from playbooks.core.errors import TaskClosed
from playbooks.core.reopening import check_reopening
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.models import Task
from renewals.core.actors import Actor

TAKEN_BACK = "completion_taken_back"


def reopen_task(*, task_id: int, by: Actor, now: datetime) -> Task:
    """Open a task again that was completed a moment ago; one that is open stays as it is.

    The open escalation that the completion raised is cancelled with it. Nothing is deleted: touchpoints and decisions
    get a second row each. Raises UnknownReference, and TaskNotReopened with the reason.
    """
    with transaction.atomic():
        task = lock_task(task_id)
        if TaskState(task.state) in OPEN_TASK_STATES:
            return task
        if task.state == TaskState.CANCELLED:
            raise TaskClosed(f"Task '{task.title}' was cancelled.", where="task")
        escalation = Task.objects.select_for_update().filter(origin_key=escalation_key(task)).first()
        check_reopening(
            completed_at=task.completed_at or task.updated_at,
            is_own=task.completed_by_id == by.id,
            effect=outcome_effect(task, task.outcome_code or REOPENED),
            has_followed=escalation is not None and escalation.state != TaskState.OPEN,
            now=now,
        )
        if escalation is not None:
            _cancel(escalation, now=now)
        key = f"task:{task.id}:back:{reopened_count(task) + 1}"
        record_task_touch(task=task, origin_key=key, by=by, now=now, prefix="Taken back: ")
        log_task(task=task, verdict=REOPENED, by=by, now=now)
        _open(task, now=now)
        refresh_entries(renewal_ids=[task.renewal_id], now=now)
        return task


def _cancel(task: Task, *, now: datetime) -> None:
    task.state, task.ended_reason, task.updated_at = TaskState.CANCELLED, TAKEN_BACK, now
    task.save()


def _open(task: Task, *, now: datetime) -> None:
    task.state, task.outcome_code, task.note = TaskState.OPEN, "", ""
    task.completed_at, task.completed_by_id, task.updated_at = None, None, now
    task.save()
