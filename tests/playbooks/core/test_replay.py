"""Comparing two histories: decisions that differ, and how early a lost renewal would have raised an alarm."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.core.replay.acts import Act
from playbooks.core.replay.compare import Change, Lead, Side, compare, lead_of, unequal

AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def act(step: str = "call", effect: str = "task", days: int = 0, renewal: int = 1) -> Act:
    """A step of person 7 so many days after a Thursday."""
    return Act(
        renewal_id=renewal,
        account_id=renewal,
        playbook_key="simple",
        round=1,
        step_key=step,
        name=step,
        kind="call",
        effect=effect,
        at=AT + timedelta(days=days),
        owner_id=7,
    )


def test_same_history_has_no_difference_and_a_changed_one_exactly_its_own() -> None:
    was = (act(), act("hello", "message"), act("gone"))
    assert unequal(was, tuple(reversed(was))) == ()
    would = (act(days=-5), act("hello", "message"), act("new", "message"))
    found = {item.told.step_key: (item.change, item.days) for item in compare(was, would)}
    assert found == {
        "call": (Change.MOVED, -5),
        "hello": (Change.SAME, 0),
        "gone": (Change.GONE, None),
        "new": (Change.ADDED, None),
    }
    assert {(was or would).step_key for was, would in unequal(was, would)} == {"call", "gone", "new"}


@pytest.mark.parametrize(
    ("before", "after", "expected", "is_caught", "is_missed"),
    [
        (act(), act(days=-5), Lead(before_days=10, after_days=15), True, False),
        (None, act(), Lead(before_days=None, after_days=10), True, False),
        (act(), act(), Lead(before_days=10, after_days=10), False, False),
        (act(), None, Lead(before_days=10, after_days=None), False, True),
        (None, act(days=11), Lead(before_days=None, after_days=None), False, False),
    ],
)
def test_lost_renewal_is_caught_when_its_alarm_comes_earlier_or_for_the_first_time(
    before: Act | None, after: Act | None, expected: Lead, is_caught: bool, is_missed: bool
) -> None:
    sides = [Side(acts=(each,) if each else ()) for each in (before, after)]
    found = lead_of(*sides, lost_on=(AT + timedelta(days=10)).date())
    assert (found, found.is_caught, found.is_missed) == (expected, is_caught, is_missed)


def test_first_day_in_the_worst_band_is_an_alarm_too() -> None:
    side = Side(acts=(act(days=3),), red_at=AT + timedelta(days=1))
    assert (side.alarm_at, side.human_at) == (AT + timedelta(days=1), AT + timedelta(days=3))
