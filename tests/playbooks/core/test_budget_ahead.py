"""Room for the messages of a book, by whole days: each waits for the first day that has room, and never longer."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.account_facts import TouchLimits
from playbooks.core.budget import waiting_days

DAY = date(2026, 3, 2)
LIMITS = TouchLimits(max_touches=2, per_days=14, min_gap_days=3)


def days(*numbers: int) -> list[date]:
    return [DAY + timedelta(days=number) for number in numbers]


def test_messages_wait_for_the_gap_and_for_the_budget() -> None:
    assert waiting_days(LIMITS, days(0, 20), ()) == (0, 0)
    assert waiting_days(LIMITS, days(0, 1), ()) == (0, 2)
    assert waiting_days(LIMITS, days(0, 3, 6), ()) == (0, 0, 8)
    assert waiting_days(LIMITS, days(2), days(0, 3)) == (12,)
    assert waiting_days(LIMITS, (), days(0)) == ()


@given(st.lists(st.integers(0, 60), max_size=8), st.lists(st.integers(0, 60), max_size=4))
def test_what_is_placed_never_lies_closer_than_the_gap(planned: list[int], beside: list[int]) -> None:
    waits = waiting_days(LIMITS, days(*planned), days(*beside))
    placed = [number + wait for number, wait in zip(sorted(planned), waits, strict=True)]
    for place, one in enumerate(placed):
        assert all(abs(one - other) >= LIMITS.min_gap_days for other in (*placed[:place], *beside))
