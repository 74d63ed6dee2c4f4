"""One change to many tasks: each in a savepoint of its own, so that a refused task never stops the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from playbooks.actions.reopen import reopen_task
from playbooks.actions.tasks import complete_task, reassign_task, snooze_task, wake_task
from playbooks.models import Task
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError

MOST_TASKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """What is to be done to each task: `verb` is complete, snooze, assign, reopen or wake, the rest what it takes."""

    verb: str
    outcome_code: str = ""
    note: str = ""
    until_on: date | None = None
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What became of one task; `refusal` is None when it was changed. `assignee_before_id` had it before."""

    task: Task
    assignee_before_id: int
    refusal: NamedError | None


def change_tasks(*, tasks: Sequence[Task], change: TaskChange, by: Actor, now: datetime) -> tuple[TaskResult, ...]:
    """Change these tasks one by one and return what became of each, in their order.

    Raises InvalidInput for more than MOST_TASKS, an unknown verb, or a day or person that is missing.
    """
    if len(tasks) > MOST_TASKS:
        raise InvalidInput(f"{len(tasks)} tasks are too many at once.", remedy=f"Choose {MOST_TASKS} at most.")
    work = _work(change, by=by, now=now)
    # Locks are taken in one order, so that two people who chose the same tasks wait for each other and never cross.
    with transaction.atomic():
        found = {
            task.id: _one(task, work) for task in sorted(tasks, key=lambda task: (task.enrolment_id or 0, task.id))
        }
    return tuple(found[task.id] for task in tasks)


def _one(task: Task, work: Callable[[int], object]) -> TaskResult:
    before = task.assignee_id
    try:
        with transaction.atomic():
            work(task.id)
    except NamedError as error:
        return TaskResult(task=task, assignee_before_id=before, refusal=error)
    return TaskResult(task=task, assignee_before_id=before, refusal=None)


def _work(change: TaskChange, *, by: Actor, now: datetime) -> Callable[[int], object]:
    """Return what is called with the id of each task."""
    until_on, assignee_id, code, note = change.until_on, change.assignee_id, change.outcome_code, change.note
    if change.verb == "complete":
        return lambda pk: complete_task(task_id=pk, outcome_code=code, note=note, by=by, now=now)
    if change.verb == "snooze" and until_on is not None:
        return lambda pk: snooze_task(task_id=pk, until_on=until_on, reason=note, by=by, now=now)
    if change.verb == "assign" and assignee_id is not None:
        return lambda pk: reassign_task(task_id=pk, assignee_id=assignee_id, by=by, now=now)
    if change.verb == "reopen":
        return lambda pk: reopen_task(task_id=pk, by=by, now=now)
    if change.verb == "wake":
        return lambda pk: wake_task(task_id=pk, by=by, now=now)
    raise InvalidInput(
        "Something is missing for this change.",
        where=change.verb or "action",
        remedy="Choose what to do, and the day or the person it needs.",
    )
