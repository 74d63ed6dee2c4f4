"""Comparing two histories: steps that differ, work by week, lost renewals that a person would have seen earlier."""

from datetime import UTC, date, datetime, timedelta

from playbooks.core.foresight.replay import Caught, Happening, caught_earlier, differences, work_by_week

AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def happening(step: str = "call", effect: str = "task", days: int = 0, renewal: int = 1) -> Happening:
    """A step of person 7 so many days after a Thursday."""
    at = AT + timedelta(days=days)
    key = f"A-{renewal}"
    return Happening(
        enrolment_id=renewal, renewal_id=renewal, account=key, step_key=step, effect=effect, at=at, owner_id=7
    )


def test_same_history_has_no_difference_and_a_changed_one_exactly_its_own() -> None:
    was = (happening(), happening("hello", "message"), happening("gone"))
    assert differences(was, tuple(reversed(was))) == ()
    would = (happening(days=-5), happening("hello", "message"), happening("new", "skip"))
    found = [(item.step_key, item.recorded is None, item.replayed is None) for item in differences(was, would)]
    assert found == [("call", False, False), ("gone", False, True), ("new", True, False)]


def test_work_is_counted_by_person_and_week_without_messages() -> None:
    found = work_by_week((happening(), happening("a", days=1), happening("b", days=4), happening("c", "message")))
    assert found == {(7, date(2026, 3, 2)): 2, (7, date(2026, 3, 9)): 1}


def test_lost_renewal_seen_earlier_is_told_with_its_days() -> None:
    """Earlier, for the first time, not earlier, and not lost."""
    was = (happening(), happening(renewal=3))
    would = (happening(days=-5), happening(renewal=2), happening(renewal=3), happening(days=-9, renewal=4))
    at = AT - timedelta(days=5)
    assert caught_earlier([1, 2, 3], was, would) == (
        Caught(account="A-1", recorded_at=AT, replayed_at=at, days_earlier=5),
        Caught(account="A-2", recorded_at=None, replayed_at=AT, days_earlier=None),
    )
