"""Their deadline in silence: which task on which day, what ends it, and that the same facts ask for the same tasks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from playbooks.core.deadline_tasks import TheirDeadline, deadline_work
from playbooks.queries.notice_ladders import silence_ladder

LADDER = silence_ladder()
CLOSES_ON = date(2026, 7, 31)
FACTS = TheirDeadline(notice_id=7, closes_on=CLOSES_ON, heard_on=None, is_over=False)
NEAR, RAISED, PASSED = (f"deadline:7:2026-07-31:{name}" for name in ("1", "2", "passed"))


@pytest.mark.parametrize(
    ("days_before", "keys"),
    [(31, ()), (30, (NEAR,)), (8, (NEAR,)), (7, (NEAR, RAISED)), (0, (NEAR, RAISED)), (-1, (PASSED,)), (-31, ())],
)
def test_tasks_of_a_silent_deadline_follow_the_days(days_before: int, keys: tuple[str, ...]) -> None:
    today = CLOSES_ON - timedelta(days=days_before)
    work = deadline_work(FACTS, LADDER, today=today)
    assert tuple(task.origin_key for task in work.make) == keys
    again = deadline_work(replace(FACTS, keys=keys, open_keys=keys), LADDER, today=today)
    assert (again.make, again.end) == ((), ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_over": True}, "deadline_settled"),
        ({"heard_on": date(2026, 7, 1)}, "heard_from_them"),
        ({"closes_on": date(2026, 12, 31)}, "deadline_moved_on"),
    ],
)
def test_answer_end_or_moved_date_takes_the_tasks_away(changes: dict[str, object], reason: str) -> None:
    work = deadline_work(replace(FACTS, keys=(NEAR,), open_keys=(NEAR,), **changes), LADDER, today=date(2026, 7, 10))
    assert (work.make, work.end, work.reason) == ((), (NEAR,), reason)


def test_word_from_before_the_first_rung_is_no_answer() -> None:
    old = replace(FACTS, heard_on=date(2026, 6, 30))
    assert [task.role for task in deadline_work(old, LADDER, today=date(2026, 7, 30)).make] == ["owner", "cs_manager"]
