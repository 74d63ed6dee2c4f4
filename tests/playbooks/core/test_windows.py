"""Closed days and send hours: rolls in both directions, blackouts, and an end to the search."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.core.facts import Blackout, SendWindow
from playbooks.core.vocabulary import Roll
from playbooks.core.windows import next_send_at, roll_day, why_closed
from renewals.core.dates import BusinessCalendar, ResolvedZone
from renewals.core.errors import InvalidInput
from tests.playbooks.core.specimens import BERLIN, GERMANY

AWAY = Blackout(from_on=date(2027, 2, 1), until_on=date(2027, 2, 26), reason="audit")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2027, 3, 1), None),
        (date(2027, 3, 6), "weekend"),
        (date(2027, 3, 26), "holiday"),
        (date(2027, 2, 26), "blackout"),
        (date(2027, 2, 27), "weekend"),
    ],
)
def test_closed_day_says_why(day: date, why: str | None) -> None:
    assert why_closed(day, GERMANY, (AWAY,)) == why


@pytest.mark.parametrize(("roll", "expected"), [(Roll.PREVIOUS, date(2027, 1, 29)), (Roll.NEXT, date(2027, 3, 1))])
def test_roll_passes_blackout_and_weekend_together(roll: Roll, expected: date) -> None:
    day, moves = roll_day(date(2027, 2, 10), roll=roll, calendar=GERMANY, blackouts=(AWAY,))
    assert (day, [move.values["because"] for move in moves]) == (expected, ["blackout"])


def test_roll_without_any_open_day_is_refused() -> None:
    for_ever = Blackout(from_on=date(2020, 1, 1), until_on=date(2040, 1, 1), reason="never")
    with pytest.raises(InvalidInput, match="No open day within 800 days"):
        roll_day(date(2027, 2, 10), roll=Roll.NEXT, calendar=GERMANY, blackouts=(for_ever,))


FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2030))


@settings(max_examples=100, deadline=None)
@given(
    moment=st.integers(FIRST, LAST).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Africa/Cairo", "Pacific/Apia", "Australia/Lord_Howe"]),
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset()]),
)
def test_next_send_is_in_the_window_soon_and_stable(moment: datetime, zone: str, weekend: frozenset[int]) -> None:
    place = ResolvedZone(name=zone, taken_from="contact")
    calendar = BusinessCalendar(weekend_days=weekend)
    found = next_send_at(moment, window=SendWindow(), zone=place, calendar=calendar)
    assert moment <= found <= moment + timedelta(days=4)
    assert next_send_at(found, window=SendWindow(), zone=place, calendar=calendar) == found


def test_berlin_evening_waits_for_the_morning_after_the_change_of_clocks() -> None:
    found = next_send_at(datetime(2027, 3, 26, 19, 0, tzinfo=UTC), window=SendWindow(), zone=BERLIN, calendar=GERMANY)
    assert found == datetime(2027, 3, 29, 6, 0, tzinfo=UTC)
