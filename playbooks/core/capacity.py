"""What a person can do in a day, and what waits when it is less than what is due: strategic accounts go first.

Also what becomes of work while somebody is away. Pure: the same tasks give the same moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TIER_ORDER = {"strategic": 0, "growth": 1}
LAST_TIER = 2


class Treatment(StrEnum):
    """What happens to one kind of work while its person is away."""

    DELEGATE = "delegate"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task on a person's list. `latest_on` is the last day on which it still makes sense, None when there is none."""

    task_id: int
    due_on: date
    tier: str
    latest_on: date | None = None
    kind: str = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShift:
    """A task moved to a later day because the day was full: how many stood there against how many fit."""

    task_id: int
    from_on: date
    to_on: date
    tasks: int
    capacity: int


def level(tasks: Sequence[DueTask], *, capacity: int, days: Sequence[date]) -> tuple[TaskShift, ...]:
    """Return which tasks wait for a later day so that no day holds more than `capacity`.

    `days` are the working days ahead, today first. What is overdue fills today and is not moved; a task that may not
    wait stays, and so does everything on the last day. A second call with the new days returns nothing.
    """
    if not days:
        return ()
    waiting = sorted((task for task in tasks if task.due_on >= days[0]), key=_order)
    room = capacity - sum(task.due_on < days[0] for task in tasks)
    carried: list[DueTask] = []
    placed: dict[int, tuple[date, int]] = {}
    for position, day in enumerate(days):
        until = days[position + 1] if position + 1 < len(days) else None
        due = [task for task in waiting if day <= task.due_on and (until is None or task.due_on < until)]
        here = sorted([*carried, *due], key=_order)
        carried = [] if until is None else _left_over(here, until, room=max(room, 0))
        placed |= {task.task_id: (until, len(here)) for task in carried if until is not None}
        room = capacity
    return tuple(_shift(task, placed[task.task_id], capacity) for task in waiting if task.task_id in placed)


def _order(task: DueTask) -> tuple[int, date, int]:
    return TIER_ORDER.get(task.tier, LAST_TIER), task.due_on, task.task_id


def _left_over(here: Sequence[DueTask], next_day: date, *, room: int) -> list[DueTask]:
    """Return what does not fit: first what has to happen now takes its place, then the others in their order."""
    must = [task for task in here if task.latest_on is not None and task.latest_on < next_day]
    free = [task for task in here if task not in must]
    return free[max(room - len(must), 0) :]


def _shift(task: DueTask, place: tuple[date, int], capacity: int) -> TaskShift:
    return TaskShift(task_id=task.task_id, from_on=task.due_on, to_on=place[0], tasks=place[1], capacity=capacity)


def treatment_of(treatments: Mapping[str, str], kind: str, *, has_delegate: bool) -> Treatment:
    """Return what happens to work of this kind during an absence; without a delegate everything waits."""
    if not has_delegate:
        return Treatment.SHIFT
    return Treatment(treatments.get(kind, Treatment.DELEGATE.value))


def away_move(task: DueTask, treatment: Treatment, *, back_on: date, has_delegate: bool) -> Treatment | None:
    """Return what is done with a task of somebody away; a task that may not wait goes to the delegate, or stays."""
    if treatment is Treatment.DELEGATE:
        return Treatment.DELEGATE
    if task.latest_on is None or task.latest_on >= back_on:
        return Treatment.SHIFT
    return Treatment.DELEGATE if has_delegate else None
