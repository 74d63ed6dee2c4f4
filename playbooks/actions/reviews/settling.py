"""End decisions: done or dropped by a person, or because the task of theirs ended; moved to another day."""

from datetime import date, datetime

from django.db import transaction

from playbooks.actions.queue import refresh_entries
from playbooks.actions.tasks import complete_task
from playbooks.core.reviews.life import DecisionState, ItemState, check_due
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.models import ReviewDecision, ReviewItem, Task
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_line

DROPPED = "decision_dropped"
OPEN_TASKS = list(OPEN_TASK_STATES)


@transaction.atomic
def end_decision(
    *, decision_id: int, state: DecisionState, result: str = "", by: Actor, now: datetime
) -> ReviewDecision:
    """Say that a decision was carried out, or drop it with a reason; its task ends too. Again changes nothing.

    Raises UnknownReference, RequiredValueMissing for dropping without a reason.
    """
    row = _locked(decision_id)
    words = check_line(result, label="What came of it", longest=500)
    if state is DecisionState.DROPPED and not words:
        raise RequiredValueMissing("Say why it is dropped.", where="result")
    if row.state != DecisionState.OPEN:
        return row
    _end_task(row, state, words, by=by, now=now)
    return _end(row, state, words, on=local_date(now, row.review.series.zone), who=by.label, now=now)


@transaction.atomic
def move_decision(*, decision_id: int, due_on: date, by: Actor, now: datetime) -> ReviewDecision:
    """Give an open decision, and its task, another day. Raises UnknownReference, InvalidInput for a day in the past."""
    row = _locked(decision_id)
    if row.state != DecisionState.OPEN or row.due_on == due_on:
        return row
    check_due(due_on, today=local_date(now, row.review.series.zone))
    row.due_on = due_on
    row.save(update_fields=["due_on"])
    Task.objects.filter(id=row.task_id, state__in=OPEN_TASKS).update(due_on=due_on, updated_at=now)
    _refresh(row, now=now)
    return row


def settle_decisions(*, by: Actor, now: datetime) -> int:
    """End the open decisions whose task was completed or called off elsewhere; returns how many."""
    rows = ReviewDecision.objects.select_for_update(of=("self",)).select_related("review__series", "task")
    ended = list(rows.filter(state="open", task__isnull=False).exclude(task__state__in=OPEN_TASKS).order_by("id"))
    for row in ended:
        task, zone = row.task, row.review.series.zone
        is_done = task.state == TaskState.DONE
        state = DecisionState.DONE if is_done else DecisionState.DROPPED
        words = task.note[:500] if is_done else task.ended_reason.replace("_", " ")
        who = str(task.completed_by) if is_done and task.completed_by_id else by.label
        _end(row, state, words, on=local_date(task.completed_at or now, zone), who=who, now=now)
    return len(ended)


def _locked(decision_id: int) -> ReviewDecision:
    rows = ReviewDecision.objects.select_for_update(of=("self",)).select_related("review__series")
    row = rows.filter(id=decision_id).first()
    if row is None:
        raise UnknownReference(f"There is no decision {decision_id} in this workspace.", where="decision")
    return row


def _end_task(row: ReviewDecision, state: DecisionState, words: str, *, by: Actor, now: datetime) -> None:
    if row.task_id is None or not Task.objects.filter(id=row.task_id, state__in=OPEN_TASKS).exists():
        return
    if state is DecisionState.DONE:
        complete_task(task_id=row.task_id, outcome_code="done", note=words, by=by, now=now)
        return
    Task.objects.filter(id=row.task_id).update(
        state=TaskState.CANCELLED, ended_reason=DROPPED, updated_at=now, snoozed_until_on=None, snooze_reason=""
    )
    _refresh(row, now=now)


def _refresh(row: ReviewDecision, *, now: datetime) -> None:
    if row.task_id is not None and row.item.renewal_id is not None:
        refresh_entries(renewal_ids=[row.item.renewal_id], now=now)


def _end(row: ReviewDecision, state: DecisionState, words: str, *, on: date, who: str, now: datetime) -> ReviewDecision:
    row.state, row.result, row.ended_on, row.ended_by = state.value, words, on, who[:150]
    row.save(update_fields=["state", "result", "ended_on", "ended_by"])
    asked = ReviewItem.objects.filter(decision=row, review__state="open", state=ItemState.OPEN)
    asked.update(
        state=ItemState.NOTED.value, note=f"The decision is {state.value}.", settled_at=now, settled_by=who[:150]
    )
    return row
