"""What a person does with a task: complete, snooze, wake, hand over. Doing it twice gives the first result.

Completing a task may stop the enrolment or raise an escalation, as its outcome code says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from playbooks.actions.answers import keep_answers
from playbooks.actions.bulk import insert_rows
from playbooks.actions.messages import approve_message, object_to_message
from playbooks.actions.queue import refresh_entries
from playbooks.actions.stop import stop_enrolment
from playbooks.core.errors import NotCompleted, TaskClosed
from playbooks.core.keys import decision_key
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.core.vocabulary import OperatorRole, OutcomeEffect, StepKind
from playbooks.models import Decision, Enrolment, Message, Task
from playbooks.queries.assignees import assignees
from playbooks.queries.cases import load_enrolment_cases
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownChoice, UnknownReference
from renewals.core.records import TouchpointRow

OPEN = frozenset(OPEN_TASK_STATES)
REOPENED = "reopened"
TOUCH_CHANNELS = {StepKind.CALL.value: "call", StepKind.MEETING.value: "meeting"}
"""What is held is entered as what it was; anything else a person does is work of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How a task was completed: by this call, or (`is_repeat`) by an earlier one whose result stands."""

    task: Task
    is_repeat: bool
    effect: OutcomeEffect


def complete_task(
    *,
    task_id: int,
    outcome_code: str,
    note: str = "",
    answers: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> Completion:
    """Complete a task with one of its outcome codes. A double click returns the first result.

    `answers` fill in the form of an information request. Raises UnknownReference, UnknownChoice for a code the task
    does not have, TaskClosed for a cancelled task, FormIncomplete, and NotCompleted for an approval.
    """
    with transaction.atomic():
        task = lock_task(task_id)
        if task.state == TaskState.DONE:
            return Completion(task=task, is_repeat=True, effect=outcome_effect(task, task.outcome_code))
        effect = outcome_effect(task, outcome_code)
        _check_open(task)
        if task.kind == StepKind.APPROVAL:
            raise NotCompleted("An approval is decided, not completed.", where="task")
        keep_answers(task=task, given=answers or {}, by=by, now=now)
        task.state, task.outcome_code, task.note = TaskState.DONE, outcome_code, note.strip()
        task.completed_at, task.completed_by_id, task.updated_at = now, by.id, now
        task.snoozed_until_on, task.snooze_reason = None, ""
        task.save()
        record_task_touch(task=task, origin_key=f"task:{task.id}{_again(task)}", by=by, now=now)
        log_task(task=task, verdict="done", by=by, now=now)
        _answer_veto(task, by=by, now=now)
        _follow(task, effect, by=by, now=now)
        refresh_entries(renewal_ids=[task.renewal_id], now=now)
        return Completion(task=task, is_repeat=False, effect=effect)


def snooze_task(*, task_id: int, until_on: date, reason: str, by: Actor, now: datetime) -> Task:
    """Hide a task until a day, with a reason; it stays open. Raises InvalidInput for a day that is not ahead."""
    if not reason.strip():
        raise RequiredValueMissing("Say why the task is put off.", where="reason", remedy="Write a few words.")
    if until_on <= now.date():
        raise InvalidInput(f"{until_on.isoformat()} is not ahead.", where="until", remedy="Choose a later day.")
    with transaction.atomic():
        task = lock_task(task_id)
        _check_open(task)
        task.state, task.snoozed_until_on, task.snooze_reason = TaskState.SNOOZED, until_on, reason.strip()[:200]
        task.updated_at = now
        task.save()
        refresh_entries(renewal_ids=[task.renewal_id], now=now)
        return task


def wake_task(*, task_id: int, by: Actor, now: datetime) -> Task:
    """Show a snoozed task again; an open one stays as it is. Raises TaskClosed when it is over."""
    with transaction.atomic():
        task = lock_task(task_id)
        _check_open(task)
        if task.state == TaskState.SNOOZED:
            task.state, task.snoozed_until_on, task.snooze_reason, task.updated_at = TaskState.OPEN, None, "", now
            task.save()
            refresh_entries(renewal_ids=[task.renewal_id], now=now)
        return task


def reassign_task(*, task_id: int, assignee_id: int, by: Actor, now: datetime) -> Task:
    """Hand a task to another active member. Raises UnknownReference for anybody else, TaskClosed when it is over."""
    with transaction.atomic():
        task = lock_task(task_id)
        _check_open(task)
        if assignee_id not in {person for people in assignees().by_role.values() for person in people}:
            raise UnknownReference(f"Person {assignee_id} is not a member of this workspace.", where="assignee")
        if task.assignee_id != assignee_id:
            task.assignee_id, task.updated_at = assignee_id, now
            task.save()
            refresh_entries(renewal_ids=[task.renewal_id], now=now)
        return task


def wake_due_tasks(*, now: datetime) -> int:
    """Open every snoozed task of the workspace whose day has come; returns how many."""
    due = Task.objects.filter(state=TaskState.SNOOZED, snoozed_until_on__lte=now.date())
    return due.update(state=TaskState.OPEN, snoozed_until_on=None, snooze_reason="", updated_at=now)


def close_vetoes(*, now: datetime) -> int:
    """Close the tasks of messages whose veto window is over and that have left; returns how many."""
    left = Message.objects.filter(veto_until_at__isnull=False).exclude(state="queued").values("step_run_id")
    tasks = Task.objects.filter(
        state__in=OPEN_TASK_STATES, step_run_id__in=left, outcomes__contains=[{"key": "let_go"}]
    )
    return tasks.update(state=TaskState.CANCELLED, ended_reason="sent_by_itself", updated_at=now)


def lock_task(task_id: int) -> Task:
    """Return the task, its enrolment locked first, as everybody does, then itself; raises UnknownReference."""
    found = Task.objects.filter(id=task_id).values_list("enrolment_id", flat=True).first()
    if found is not None:
        Enrolment.objects.select_for_update(no_key=True).filter(id=found).first()
    task = Task.objects.select_for_update().filter(id=task_id).first()
    if task is None:
        raise UnknownReference(f"Task {task_id} is not in this workspace.", where="task")
    return task


def _check_open(task: Task) -> None:
    if TaskState(task.state) not in OPEN:
        raise TaskClosed(f"Task '{task.title}' is {task.state}.", where="task")


def outcome_effect(task: Task, code: str) -> OutcomeEffect:
    """Return what an outcome code of this task sets off; raises UnknownChoice for one the task does not have."""
    known: Mapping[str, Any] = {item["key"]: item for item in task.outcomes}
    if code in known:
        return OutcomeEffect(known[code]["effect"])
    if not known and code:
        return OutcomeEffect.CONTINUE
    allowed = ", ".join(known) or "any word"
    raise UnknownChoice(
        f"'{code}' is not an outcome of this task.", where="outcome", remedy=f"Choose one of: {allowed}."
    )


def reopened_count(task: Task) -> int:
    """Return how often the task has been taken back; the keys of what follows a completion count by it."""
    backs = Decision.objects.filter(account_id=task.account_id, kind="task", verdict=REOPENED, inputs__task=task.id)
    return backs.count()


def escalation_key(task: Task) -> str:
    """Return the origin of the task that escalates the present completion of this one."""
    return f"escalated:{task.id}{_again(task)}"


def _again(task: Task) -> str:
    number = reopened_count(task)
    return f":{number + 1}" if number else ""


def record_task_touch(*, task: Task, origin_key: str, by: Actor, now: datetime, prefix: str = "") -> None:
    """Add the task's outcome to the ledger of touchpoints; the same key is the same row."""
    row = TouchpointRow(
        account_id=task.account_id,
        renewal_id=task.renewal_id,
        occurred_at=now,
        channel=TOUCH_CHANNELS.get(task.kind, "other"),
        subject=f"{prefix}{task.title}",
        summary=task.note,
        outcome_code=task.outcome_code,
        origin="task",
        origin_key=origin_key,
    )
    record_touchpoint(row=row, by=by, now=now)


def log_task(*, task: Task, verdict: str, by: Actor, now: datetime) -> None:
    """Write to the decision log that a task was completed or taken back."""
    row = {
        "workspace_id": task.workspace_id,
        "key": decision_key("task", task.workspace_id, task.id, f"{verdict}{_again(task)}"),
        "kind": "task",
        "verdict": verdict,
        "account_id": task.account_id,
        "renewal_id": task.renewal_id,
        "enrolment_id": task.enrolment_id,
        "rule_version": by.label[:80],
        "reasons": [{"code": "outcome", "outcome": task.outcome_code, "note": task.note[:300]}],
        "inputs": {"task": task.id, "title": task.title},
        "decided_at": now,
    }
    insert_rows(Decision, [row], ignore_conflicts=True)


def _answer_veto(task: Task, *, by: Actor, now: datetime) -> None:
    """Let a message in its veto window go at once, or stop it, as the task's outcome says."""
    if task.outcome_code not in ("let_go", "objected") or task.step_run_id is None:
        return
    message = Message.objects.filter(step_run_id=task.step_run_id, veto_until_at__isnull=False).first()
    if message is None:
        return
    if task.outcome_code == "objected":
        object_to_message(message_id=message.id, why=task.note, by=by, now=now)
    else:
        approve_message(message_id=message.id, by=by, now=now)


def _follow(task: Task, effect: OutcomeEffect, *, by: Actor, now: datetime) -> None:
    if task.enrolment_id is None or effect is OutcomeEffect.CONTINUE:
        return
    if effect is OutcomeEffect.EXIT:
        stop_enrolment(enrolment_id=task.enrolment_id, reason=f"outcome_{task.outcome_code}"[:60], by=by, now=now)
        return
    for case in load_enrolment_cases([task.enrolment_id], now=now):
        level = case.definition.escalation[0] if case.definition.escalation else None
        role = level.role if level else OperatorRole.CS_MANAGER
        row = {
            "workspace_id": task.workspace_id,
            "origin_key": escalation_key(task),
            "kind": StepKind.ESCALATION.value,
            "enrolment_id": task.enrolment_id,
            "account_id": task.account_id,
            "renewal_id": task.renewal_id,
            "assignee_id": assignees().person_for(case, role),
            "title": f"Escalated: {task.title}"[:200],
            "instructions": level.response if level else "",
            "why": [{"code": "escalated", "outcome": task.outcome_code, "by": by.label}],
            "outcomes": [],
            "due_on": now.date(),
            "created_at": now,
            "updated_at": now,
        }
        insert_rows(Task, [row], ignore_conflicts=True)
