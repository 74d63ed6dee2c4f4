"""The queue: printed arithmetic, urgency by the nearer date, groups, the next action and why now."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.queue import LossSource, OpenTask, QueueFacts, QueueGroup, QueueItem, order_queue, queue_item
from playbooks.core.queue_weights import parse_weights, urgency_at
from tests.playbooks.core.specimens import library_table

TODAY = date(2027, 1, 15)
WEIGHTS, PROBLEMS = parse_weights(library_table(".", "queue"))


def item(**changes: object) -> QueueItem:
    facts = QueueFacts(
        renewal_id=1,
        segment="strategic",
        arr_amount=Decimal("100000.00"),
        loss_probability=0.25,
        due_on=TODAY + timedelta(days=60),
        notice_on=None,
    )
    return queue_item(WEIGHTS, replace(facts, **changes), today=TODAY)  # type: ignore[arg-type]  # named by the test


def task(task_id: int, in_days: int, snoozed_days: int | None = None) -> OpenTask:
    until = None if snoozed_days is None else TODAY + timedelta(days=snoozed_days)
    return OpenTask(
        task_id=task_id, title=f"Task {task_id}", due_on=TODAY + timedelta(days=in_days), snoozed_until_on=until
    )


def test_shipped_weights_have_no_problem() -> None:
    assert PROBLEMS == ()


@pytest.mark.requirement(16)
def test_priority_is_the_product_of_the_printed_parts() -> None:
    parts = item().parts
    assert (parts.arr_amount, parts.loss_probability, parts.urgency) == (Decimal("100000.00"), 0.25, 1.5)
    assert parts.priority == Decimal("37500.00")
    assert (parts.urgency_anchor, parts.urgency_days, parts.loss_source) == ("due_date", 60, LossSource.SCORE)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (-400, 3.0),
        (-30, 3.0),
        (0, 3.0),
        (7, 2.75),
        (14, 2.5),
        (22, 2.25),
        (60, 1.5),
        (90, 1.25),
        (365, 0.4),
        (900, 0.4),
    ],
)
def test_urgency_is_linear_between_points_and_level_beyond(days: int, urgency: float) -> None:
    assert urgency_at(WEIGHTS, days) == urgency


@pytest.mark.parametrize(
    ("notice_in", "anchor", "days"),
    [(20, "notice_deadline", 20), (0, "notice_deadline", 0), (-1, "due_date", 60), (None, "due_date", 60)],
)
def test_urgency_counts_to_the_nearer_date_still_ahead(notice_in: int | None, anchor: str, days: int) -> None:
    notice_on = None if notice_in is None else TODAY + timedelta(days=notice_in)
    parts = item(notice_on=notice_on).parts
    assert (parts.urgency_anchor, parts.urgency_days) == (anchor, days)


def test_renewal_without_score_uses_the_base_rate_and_says_so() -> None:
    found = item(loss_probability=None)
    assert (found.parts.loss_probability, found.parts.loss_source) == (0.08, LossSource.SEGMENT_BASE_RATE)
    assert found.why_now[-1].code == "loss_from_base_rate"
    assert item(loss_probability=None, segment="other").parts.loss_probability == 0.15


@pytest.mark.parametrize(
    ("tasks", "group", "task_id", "why"),
    [
        ((task(1, -2), task(2, 0)), QueueGroup.OVERDUE, 1, "action_overdue"),
        ((task(1, 0), task(2, 3)), QueueGroup.TODAY, 1, "action_due"),
        ((task(1, 4),), QueueGroup.WAITING, 1, "action_ahead"),
        ((task(1, -9, snoozed_days=2), task(2, 5)), QueueGroup.WAITING, 2, "action_ahead"),
        ((task(1, -9, snoozed_days=2),), QueueGroup.SNOOZED, 1, "action_overdue"),
        ((task(1, -9, snoozed_days=0),), QueueGroup.OVERDUE, 1, "action_overdue"),
    ],
)
def test_group_and_next_action_follow_the_tasks(
    tasks: tuple[OpenTask, ...], group: QueueGroup, task_id: int, why: str
) -> None:
    found = item(tasks=tasks)
    assert (found.group, found.action.task_id, found.why_now[0].code) == (group, task_id, why)


def test_without_task_the_cadence_acts_next() -> None:
    found = item(next_step_key="options", next_step_on=TODAY + timedelta(days=3))
    assert (found.group, found.action.kind, found.action.step_key) == (QueueGroup.WAITING, "step", "options")
    assert item().action.kind == "none"
    assert item(due_on=TODAY - timedelta(days=1)).group is QueueGroup.OVERDUE


@pytest.mark.requirement(7)
def test_renewal_without_owner_asks_for_one_first() -> None:
    found = item(has_owner=False, tasks=(task(1, 5),))
    assert (found.group, found.action.kind, found.why_now[0].code) == (QueueGroup.TODAY, "name_owner", "no_owner")


def test_passed_notice_deadline_is_told() -> None:
    codes = [why.code for why in item(notice_on=TODAY - timedelta(days=3)).why_now]
    assert codes == ["due_date_in", "notice_deadline_passed"]


@pytest.mark.requirement(16)
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.01), (0.2, 0.3), (0.5, 0.95), (0.99, 1.0)])
def test_higher_risk_comes_first_all_else_being_equal(low: float, high: float) -> None:
    rows = (item(renewal_id=1, loss_probability=low), item(renewal_id=2, loss_probability=high))
    assert [row.renewal_id for row in order_queue(rows)] == [2, 1]


def test_order_is_by_priority_then_days_then_id() -> None:
    rows = (item(renewal_id=3), item(renewal_id=1), item(renewal_id=2, arr_amount=Decimal(900_000)))
    assert [row.renewal_id for row in order_queue(rows)] == [2, 1, 3]


@given(
    amount=st.decimals(0, 10**9, places=2),
    loss=st.floats(0, 1, allow_nan=False),
    nearer=st.integers(-30, 365),
    farther=st.integers(-30, 365),
)
def test_priority_never_falls_as_the_date_comes_nearer(amount: Decimal, loss: float, nearer: int, farther: int) -> None:
    near, far = sorted((nearer, farther))
    rows = [
        item(arr_amount=amount, loss_probability=loss, due_on=TODAY + timedelta(days=days)).parts.priority
        for days in (near, far)
    ]
    assert rows[0] >= rows[1] >= 0


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"urgency": []}, "Urgency needs at least two points on different days."),
        (
            {"urgency": [{"days": 0, "weight": 1}, {"days": 9, "weight": 2}]},
            "Urgency falls as the date comes nearer.",
        ),
        ({"default_base_loss": 1.5}, "'default_base_loss' is 1.5."),
    ],
)
def test_weights_that_make_no_sense_are_refused(change: dict[str, object], what: str) -> None:
    problems = parse_weights({**library_table(".", "queue"), **change})[1]
    assert [problem.what for problem in problems] == [what]
