"""Absences and capacity: who does what when there are too few hands, and how it comes back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.actions.absences import AbsenceWish, cancel_absence, record_absence
from playbooks.actions.workload import tend_workload
from playbooks.core.capacity import DueTask, level
from playbooks.models import Absence, Decision, Task, TaskMove
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownChoice, UnknownReference
from renewals.models import Account, Membership, User, Workspace
from tests.playbooks.factories import make_account, make_person

MONDAY = date(2026, 3, 2)
DAYS = [day for number in range(28) if (day := MONDAY + timedelta(days=number)).weekday() < 5]


def due(number: int, day: int, tier: str = "basic", latest: int | None = None) -> DueTask:
    """A task due so many days after Monday."""
    latest_on = None if latest is None else MONDAY + timedelta(days=latest)
    return DueTask(task_id=number, due_on=MONDAY + timedelta(days=day), tier=tier, latest_on=latest_on)


@pytest.mark.requirement(88)
def test_strategic_accounts_get_the_day_and_the_rest_waits() -> None:
    tasks = [due(1, 0), due(2, 0, "growth"), due(3, 0, "strategic"), due(4, 0, "strategic")]
    moves = level(tasks, capacity=2, days=DAYS)
    assert [(move.task_id, move.to_on, move.tasks) for move in moves] == [
        (2, MONDAY + timedelta(days=1), 4),
        (1, MONDAY + timedelta(days=1), 4),
    ]


def test_what_is_overdue_fills_today_and_what_may_not_wait_stays() -> None:
    tasks = [due(1, -3), due(2, 0), due(3, 0, latest=0)]
    assert [(move.task_id, move.to_on.day) for move in level(tasks, capacity=1, days=DAYS)] == [(2, 3)]


@given(
    st.lists(st.tuples(st.integers(-2, 20), st.sampled_from(["strategic", "growth", "basic"])), max_size=40),
    st.integers(1, 6),
)
def test_levelled_days_hold_no_more_than_fits_and_stay_as_they_are(tasks: list[tuple[int, str]], capacity: int) -> None:
    before = [due(number, day, tier) for number, (day, tier) in enumerate(tasks)]
    to = {move.task_id: move.to_on for move in level(before, capacity=capacity, days=DAYS)}
    after = [DueTask(task_id=task.task_id, due_on=to.get(task.task_id, task.due_on), tier=task.tier) for task in before]
    assert all(to[task.task_id] > task.due_on for task in before if task.task_id in to)
    for position, day in enumerate(DAYS[1:-1], start=1):
        assert sum(day <= task.due_on < DAYS[position + 1] for task in after) <= capacity
    assert level(after, capacity=capacity, days=DAYS) == ()


@pytest.fixture
def people(inside: Workspace) -> tuple[User, User, Account]:
    """A colleague, who stands in for them, and their account."""
    away, delegate = make_person(inside), make_person(inside, "other@example.com")
    return away, delegate, make_account(inside, away)


def make_task(account: Account, person: User, day: date, now: datetime, **changes: Any) -> Task:
    """An open task of somebody."""
    number = Task.objects.count()
    row = {"origin_key": f"t-{number}", "title": f"Task {number}", "created_at": now, "updated_at": now}
    return Task.objects.create(
        workspace_id=account.workspace_id, account=account, assignee=person, due_on=day, **row | changes
    )


def test_work_goes_to_the_delegate_and_comes_back(
    people: tuple[User, User, Account], actor: Actor, now: datetime
) -> None:
    away, delegate, account = people
    soon, later = make_task(account, away, MONDAY, now), make_task(account, away, MONDAY + timedelta(days=30), now)
    wish = AbsenceWish(from_on=MONDAY, until_on=MONDAY + timedelta(days=4), delegate_id=delegate.id)
    absence = record_absence(user_id=away.id, wish=wish, by=actor, now=now)
    assert [Task.objects.get(id=task.id).assignee_id for task in (soon, later)] == [delegate.id, away.id]
    assert (tend_workload(by=actor, now=now), TaskMove.objects.count()) == (0, 1)
    assert Decision.objects.get(kind="task").reasons[0]["code"] == "away_delegate"
    assert tend_workload(by=actor, now=now + timedelta(days=5)) == 1
    assert Task.objects.get(id=soon.id).assignee_id == away.id
    assert Absence.objects.get(id=absence.id).returned_at == now + timedelta(days=5)


def test_without_a_delegate_work_waits_for_the_return(
    people: tuple[User, User, Account], actor: Actor, now: datetime
) -> None:
    away, _, account = people
    task = make_task(account, away, MONDAY, now)
    wish = AbsenceWish(from_on=MONDAY, until_on=MONDAY + timedelta(days=4))
    record_absence(user_id=away.id, wish=wish, by=actor, now=now)
    task.refresh_from_db()
    assert (task.due_on, task.why[-1]["code"]) == (MONDAY + timedelta(days=7), "away_shift")


def test_cancelled_absence_gives_the_work_back_at_once(
    people: tuple[User, User, Account], actor: Actor, now: datetime
) -> None:
    away, delegate, account = people
    task = make_task(account, away, MONDAY, now)
    wish = AbsenceWish(from_on=MONDAY, until_on=MONDAY + timedelta(days=4), delegate_id=delegate.id)
    absence = record_absence(user_id=away.id, wish=wish, by=actor, now=now)
    for _ in range(2):
        cancel_absence(absence_id=absence.id, by=actor, now=now)
    assert Task.objects.get(id=task.id).assignee_id == away.id
    assert TaskMove.objects.count() == 2


def test_absence_that_makes_no_sense_is_refused(
    people: tuple[User, User, Account], actor: Actor, now: datetime
) -> None:
    away, _, _ = people
    week = {"from_on": MONDAY, "until_on": MONDAY + timedelta(days=4)}
    wrong = [
        (AbsenceWish(**week, delegate_id=away.id), InvalidInput),
        (AbsenceWish(**week, delegate_id=10**9), UnknownReference),
        (AbsenceWish(**week, treatments={"dance": "shift"}), UnknownChoice),
        (AbsenceWish(from_on=MONDAY, until_on=MONDAY - timedelta(days=1)), InvalidInput),
    ]
    for wish, error in wrong:
        with pytest.raises(error):
            record_absence(user_id=away.id, wish=wish, by=actor, now=now)
    record_absence(user_id=away.id, wish=AbsenceWish(**week), by=actor, now=now)
    with pytest.raises(InvalidInput):
        other = AbsenceWish(from_on=MONDAY + timedelta(days=1), until_on=MONDAY + timedelta(days=9))
        record_absence(user_id=away.id, wish=other, by=actor, now=now)


@pytest.mark.requirement(88)
def test_full_day_shifts_the_rest_with_its_reason(
    people: tuple[User, User, Account], actor: Actor, now: datetime
) -> None:
    person, _, strategic = people
    small = make_account(Workspace.objects.get(), person, key="A-2", tier="basic")
    Membership.objects.filter(user=person).update(daily_capacity=1)
    waits, first = make_task(small, person, MONDAY, now), make_task(strategic, person, MONDAY, now)
    assert [tend_workload(by=actor, now=now) for _ in range(2)] == [1, 0]
    waits.refresh_from_db()
    assert (waits.due_on, Task.objects.get(id=first.id).due_on) == (MONDAY + timedelta(days=1), MONDAY)
    assert (waits.why[-1]["code"], waits.why[-1]["tasks"], waits.why[-1]["capacity"]) == ("day_full", 2, 1)
