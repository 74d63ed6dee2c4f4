"""When a series meets: the day by its rule, never one that passed, one instant through changes of the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.errors import SeriesRefused
from playbooks.core.reviews.cadence import Cadence, Every, check_cadence, is_to_open, next_day, starts_at
from renewals.core.errors import UnknownTimeZone

WEEKLY = Cadence(every=Every.WEEK, weekday=1, at=time(10), zone="Europe/Berlin", minutes=45, lead_days=2)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("every", "after", "day"),
    [
        (Every.WEEK, None, date(2026, 11, 24)),
        (Every.WEEK, date(2026, 11, 24), date(2026, 12, 1)),
        (Every.WEEK, date(2026, 9, 1), date(2026, 11, 24)),
        (Every.MONTH, None, date(2026, 12, 1)),
        (Every.MONTH, date(2026, 12, 1), date(2027, 1, 5)),
        (Every.QUARTER, None, date(2027, 1, 5)),
    ],
)
def test_next_day_is_the_first_of_the_rule_from_today_on(every: Every, after: date | None, day: date) -> None:
    assert next_day(replace(WEEKLY, every=every), today=MONDAY, after=after) == day


def test_day_of_today_counts_as_the_next_one() -> None:
    assert next_day(WEEKLY, today=date(2026, 11, 24), after=None) == date(2026, 11, 24)
    assert next_day(replace(WEEKLY, every=Every.MONTH), today=date(2026, 12, 1), after=None) == date(2026, 12, 1)


def test_meeting_begins_by_the_wall_clock_on_both_sides_of_a_change() -> None:
    """Clocks in Berlin go back on 25 October 2026."""
    assert starts_at(WEEKLY, date(2026, 10, 20)) == datetime(2026, 10, 20, 8, tzinfo=UTC)
    assert starts_at(WEEKLY, date(2026, 10, 27)) == datetime(2026, 10, 27, 9, tzinfo=UTC)


def test_agenda_is_made_from_the_first_instant_of_its_day_on() -> None:
    opens = datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert is_to_open(WEEKLY, date(2026, 11, 24), now=opens)
    assert not is_to_open(WEEKLY, date(2026, 11, 24), now=opens - timedelta(seconds=1))


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"minutes": 5}, {"lead_days": 7}])
def test_rule_by_which_nobody_could_meet_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SeriesRefused):
        check_cadence(replace(WEEKLY, **wrong))


def test_zone_that_is_no_region_is_refused() -> None:
    with pytest.raises(UnknownTimeZone):
        check_cadence(replace(WEEKLY, zone="EST"))


@given(
    every=st.sampled_from(Every),
    weekday=st.integers(0, 6),
    today=st.dates(date(2024, 1, 1), date(2032, 1, 1)),
    gap=st.none() | st.integers(-200, 200),
)
def test_next_day_is_ahead_of_today_and_of_the_last_one(
    every: Every, weekday: int, today: date, gap: int | None
) -> None:
    after = None if gap is None else today + timedelta(days=gap)
    rule = replace(WEEKLY, every=every, weekday=weekday)
    day = next_day(rule, today=today, after=after)
    assert day.weekday() == weekday
    assert day >= today
    assert after is None or day > after
    assert next_day(rule, today=today, after=after) == day
    if every is not Every.WEEK:
        assert day.day <= 7
