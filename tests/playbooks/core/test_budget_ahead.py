"""Room for the messages of a book ahead of time: each leaves at the moment at which the engine would let it leave."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.account_facts import Touch, TouchLimits
from playbooks.core.budget import moments_with_room, room_for

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = TouchLimits(max_touches=2, per_days=14, min_gap_days=3)


def at(*hours: int) -> list[datetime]:
    return [START + timedelta(hours=number) for number in hours]


def opening(moment: datetime) -> datetime:
    """Nine to ten in the morning, every day."""
    today = moment.replace(hour=9)
    return moment if moment.hour == 9 else today if moment < today else today + timedelta(days=1)


def waits(planned: list[datetime], beside: list[datetime]) -> list[float]:
    found = moments_with_room(LIMITS, planned, beside, opens=opening)
    return [(leaves - due) / timedelta(days=1) for due, leaves in found]


def test_messages_wait_for_the_gap_and_for_the_budget_by_the_hour() -> None:
    assert waits(at(0, 20 * 24), []) == [0, 0]
    assert waits(at(0, 24), []) == [0, 2]
    assert waits(at(0, 72, 144), []) == [0, 0, 8]
    assert waits(at(48), at(-24, 24)) == [11]
    assert waits(at(48), at(24, 72)) == [13]  # the first of the two is as long ago as the budget looks back
    assert waits(at(0), at(-71)) == [1]  # an hour short of the gap: the next opening, where whole days saw room
    assert waits([], at(0)) == []


@given(st.lists(st.integers(0, 1400), max_size=8), st.lists(st.integers(0, 1400), max_size=4))
def test_each_leaves_when_the_engine_sees_room_and_not_at_a_moment_without(
    planned: list[int], beside: list[int]
) -> None:
    others = at(*beside)
    found = moments_with_room(LIMITS, at(*planned), others, opens=lambda moment: moment)
    for place, (due, leaves) in enumerate(found):
        touches = tuple(Touch(at=each) for each in (*others, *(left for _, left in found[:place])))
        assert room_for(LIMITS, tuple(each for each in touches if each.at <= leaves), now=leaves) is None
        seen = tuple(each for each in touches if each.at <= due)
        assert (leaves == due) == (room_for(LIMITS, seen, now=due) is None)
