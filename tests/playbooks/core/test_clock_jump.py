"""A server's clock against the time that passed: sure jumps only, whatever the answers took."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.clock_jump import NEAR_SECONDS, ClockLook, has_jumped, jumped_seconds

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = st.floats(0, 9).map(lambda seconds: round(seconds, 3))


def look(*, at: float, took: float = 0.0, ahead: float = 0.0) -> ClockLook:
    """A look at a clock that is `ahead` of the time, answered half-way through what it took."""
    return ClockLook(said=START + timedelta(seconds=at + took / 2 + ahead), before=at, after=at + took)


@given(first=SECONDS, second=SECONDS, between=SECONDS, ahead=st.floats(-9e6, 9e6))
def test_clock_that_keeps_time_never_jumps_however_slow_the_answers(
    first: float, second: float, between: float, ahead: float
) -> None:
    last = look(at=0, took=first, ahead=ahead)
    assert abs(jumped_seconds(last, look(at=first + between, took=second, ahead=ahead))) < 1e-3


def test_jump_is_told_with_its_sign_less_what_is_not_sure() -> None:
    last = look(at=0)
    assert jumped_seconds(last, look(at=1, ahead=75)) == 75
    assert jumped_seconds(last, look(at=1, ahead=-90)) == -90
    assert jumped_seconds(last, look(at=1, took=4, ahead=75)) == 73
    assert [has_jumped(seconds) for seconds in (-60.1, -60, 0, 60, 60.1)] == [True, False, False, False, True]


def test_looks_far_apart_are_not_compared() -> None:
    assert jumped_seconds(look(at=0), look(at=NEAR_SECONDS + 1, ahead=3600)) == 0
    assert jumped_seconds(look(at=0), look(at=NEAR_SECONDS - 1, ahead=3600)) == 3600
