"""What may become of reviews, items and decisions, and how their keeping is counted."""

from datetime import date

import pytest

from playbooks.core.errors import ItemSettled, ReviewNotOver, ReviewOver
from playbooks.core.reviews.life import (
    DecisionFact,
    DecisionState,
    ItemState,
    Keeping,
    attendance_share,
    check_closed,
    check_due,
    check_left,
    check_open,
    keeping,
)
from renewals.core.errors import InvalidInput

TODAY = date(2026, 11, 24)


def decision(state: str, due: int, done: int | None = None) -> DecisionFact:
    return DecisionFact(
        state=DecisionState(state),
        due_on=date(2026, 11, due),
        done_on=None if done is None else date(2026, 11, done),
    )


@pytest.mark.requirement(38)
def test_decisions_count_as_done_in_time_and_overdue_and_dropped_ones_nowhere() -> None:
    facts = [
        decision("done", 20, 20),
        decision("done", 20, 21),
        decision("open", 23),
        decision("open", 24),
        decision("dropped", 1, 2),
    ]
    kept = keeping(facts, today=TODAY)
    assert kept == Keeping(made=4, done=2, in_time=1, overdue=1)
    assert kept.completion == 0.5
    assert keeping([], today=TODAY).completion is None


@pytest.mark.requirement(38)
def test_attendance_is_a_share_of_those_it_was_said_of() -> None:
    assert attendance_share(["present", "absent", "present", "unknown"]) == pytest.approx(2 / 3)
    assert attendance_share(["unknown"]) is None


def test_review_that_is_over_takes_no_change() -> None:
    check_open("open")
    check_closed("closed")
    for state in ("closed", "called_off"):
        with pytest.raises(ReviewOver):
            check_open(state)
    with pytest.raises(ReviewNotOver):
        check_closed("open")


def test_item_with_decisions_cannot_be_left_undecided() -> None:
    check_left(ItemState.CARRIED, decisions=0)
    check_left(ItemState.DECIDED, decisions=2)
    with pytest.raises(ItemSettled):
        check_left(ItemState.NOTED, decisions=1)


def test_decision_is_due_today_at_the_earliest() -> None:
    check_due(TODAY, today=TODAY)
    with pytest.raises(InvalidInput):
        check_due(date(2026, 11, 23), today=TODAY)
