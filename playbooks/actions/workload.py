"""Move tasks for want of hands: to a delegate or a later day while somebody is away, to a later day when one is full.

Each move keeps the way back, tells the task why, and is in the decision log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.core.capacity import DueTask, Treatment, away_move, level, treatment_of
from playbooks.core.keys import decision_key
from playbooks.models import Absence, Decision, Task, TaskMove
from playbooks.queries.workload import (
    AHEAD_DAYS,
    absences_in_force,
    absences_over,
    capacities,
    due_tasks,
    overloaded_people,
)
from renewals.core.actors import Actor
from renewals.core.dates import BusinessCalendar, add_business_days

WEEK = BusinessCalendar()
MOVE = """
UPDATE playbooks_task AS t SET assignee_id = r.assignee_id, due_on = r.due_on, why = r.why, updated_at = %s
FROM json_to_recordset(%s) AS r(id bigint, assignee_id bigint, due_on date, why jsonb) WHERE t.id = r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One task, where it goes, and why (a code of the reasons, with its numbers)."""

    task_id: int
    because: str
    why: dict[str, object]
    to_user: int | None = None
    to_on: date | None = None
    absence_id: int | None = None


def tend_workload(*, by: Actor, now: datetime) -> int:
    """Hand over for those who are away, hand back to those who are back, level days that are too full.

    Returns how many tasks moved; a second call moves none.
    """
    today = now.date()
    with transaction.atomic():
        moved = sum(_hand_back(absence, by=by, now=now) for absence in absences_over(today=today))
        moved += sum(_cover(absence, by=by, now=now) for absence in absences_in_force(today=today))
        return moved + _level_days(by=by, now=now)


def _cover(absence: Absence, *, by: Actor, now: datetime) -> int:
    found = due_tasks([absence.user_id], today=now.date(), until=absence.until_on).get(absence.user_id, [])
    back_on = add_business_days(absence.until_on, 1, WEEK)
    moves = [move for task in found if (move := _away(absence, task, back_on)) is not None]
    return _apply(moves, by=by, now=now)


def _away(absence: Absence, task: DueTask, back_on: date) -> Move | None:
    has_delegate = absence.delegate_id is not None
    treatment = treatment_of(absence.treatments, task.kind, has_delegate=has_delegate)
    done = away_move(task, treatment, back_on=back_on, has_delegate=has_delegate)
    if done is None:
        return None
    why: dict[str, object] = {"code": f"away_{done.value}", "until_on": absence.until_on.isoformat()}
    if done is Treatment.DELEGATE:
        return Move(
            task_id=task.task_id, because="absence", why=why, to_user=absence.delegate_id, absence_id=absence.id
        )
    return Move(task_id=task.task_id, because="absence", why=why, to_on=back_on, absence_id=absence.id)


def _hand_back(absence: Absence, *, by: Actor, now: datetime) -> int:
    """What the delegate has not finished returns; what they handed on themselves stays where it is."""
    moved = TaskMove.objects.filter(absence=absence, because="absence", to_user_id=absence.delegate_id)
    still = Task.objects.filter(
        id__in=moved.values("task_id"), state__in=("open", "snoozed"), assignee_id=absence.delegate_id
    )
    why = {"code": "back_again"}
    moves = [
        Move(task_id=number, because="return", why=why, to_user=absence.user_id, absence_id=absence.id)
        for number in still.order_by("id").values_list("id", flat=True)
    ]
    Absence.objects.filter(id=absence.id).update(returned_at=now)
    return _apply(moves if absence.delegate_id is not None else [], by=by, now=now)


def _level_days(*, by: Actor, now: datetime) -> int:
    today = now.date()
    people = overloaded_people(today=today)
    if not people:
        return 0
    found, most = due_tasks(people, today=today, until=today + timedelta(days=AHEAD_DAYS)), capacities(people)
    ahead = [today + timedelta(days=number) for number in range(AHEAD_DAYS)]
    days = [day for day in ahead if WEEK.is_business_day(day)]
    moves = [
        Move(
            task_id=shift.task_id,
            because="capacity",
            why={"code": "day_full", "tasks": shift.tasks, "capacity": shift.capacity, "from_on": shift.from_on},
            to_on=shift.to_on,
        )
        for person in people
        for shift in level(found.get(person, []), capacity=most.get(person, 0), days=days)
    ]
    return _apply(moves, by=by, now=now)


def _apply(moves: Sequence[Move], *, by: Actor, now: datetime) -> int:
    """Write the moves; a task that ended or moved meanwhile is left alone."""
    wanted = {move.task_id: move for move in moves}
    held = Task.objects.select_for_update().filter(id__in=wanted, state__in=("open", "snoozed")).order_by("id")
    rows, log, changed = [], [], []
    for task in held:
        move = wanted[task.id]
        row = _move_row(task, move, now=now)
        if (row["from_user_id"], row["from_on"]) == (row["to_user_id"], row["to_on"]):
            continue
        told = {**move.why, "from_on": task.due_on.isoformat(), "to_on": row["to_on"].isoformat()}
        changed.append(
            {"id": task.id, "assignee_id": row["to_user_id"], "due_on": row["to_on"], "why": [*task.why, told]}
        )
        rows.append(row | {"reasons": [told]})
        log.append(_log_row(task, move, told, by=by, now=now))
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(MOVE, [now, as_json(changed)])
    insert_rows(TaskMove, rows)
    insert_rows(Decision, log, ignore_conflicts=True)
    return len(rows)


def _move_row(task: Task, move: Move, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": task.workspace_id,
        "task_id": task.id,
        "absence_id": move.absence_id,
        "because": move.because,
        "from_user_id": task.assignee_id,
        "to_user_id": move.to_user or task.assignee_id,
        "from_on": task.due_on,
        "to_on": move.to_on or task.due_on,
        "moved_at": now,
    }


def _log_row(task: Task, move: Move, told: dict[str, object], *, by: Actor, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": task.workspace_id,
        "key": decision_key("task-move", task.workspace_id, task.id, move.because, now.isoformat()),
        "kind": "task",
        "verdict": "moved",
        "account_id": task.account_id,
        "renewal_id": task.renewal_id,
        "enrolment_id": task.enrolment_id,
        "rule_version": by.label[:80],
        "reasons": [told],
        "inputs": {"task": task.id, "title": task.title, "absence": move.absence_id},
        "decided_at": now,
    }
