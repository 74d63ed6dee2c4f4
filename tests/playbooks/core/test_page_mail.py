"""When a page comes by mail: at its hour in its zone, once after a rest, also where the clock is put forward."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from playbooks.core.page_mail import MOST_ATTEMPTS, Every, Rhythm, mail_key, may_be_tried_again, next_mail_at

DAILY = Rhythm(every=Every.DAY, weekday=0, hour=8, zone="Europe/Berlin")
MONDAYS = Rhythm(every=Every.WEEK, weekday=0, hour=8, zone="Europe/Berlin")
NIGHT = Rhythm(every=Every.DAY, weekday=0, hour=2, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        (DAILY, "2026-11-22T06:59", "2026-11-22T07:00"),
        (DAILY, "2026-11-22T07:00", "2026-11-23T07:00"),
        (DAILY, "2026-03-28T07:00", "2026-03-29T06:00"),
        (MONDAYS, "2026-11-22T12:00", "2026-11-23T07:00"),
        (MONDAYS, "2026-11-23T07:00", "2026-11-30T07:00"),
        (NIGHT, "2026-03-28T12:00", "2026-03-29T01:00"),
    ],
)
def test_next_mail_is_at_the_hour_of_the_zone(rhythm: Rhythm, now: str, expected: str) -> None:
    at, wanted = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, expected))
    assert next_mail_at(rhythm, now=at).astimezone(UTC) == wanted


@pytest.mark.parametrize("rhythm", [DAILY, MONDAYS, NIGHT])
def test_mails_of_a_year_come_once_each_and_in_order(rhythm: Rhythm) -> None:
    at, moments = datetime(2026, 1, 1, tzinfo=UTC), []
    while len(moments) < 60:
        at = next_mail_at(rhythm, now=at)
        moments.append(at)
    step = timedelta(days=7 if rhythm.every is Every.WEEK else 1)
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    assert len({mail_key(moment) for moment in moments}) == 60
    assert gaps == {step}


def test_mail_whose_sender_died_is_tried_again_as_often_as_its_channel_can_tell_copies_apart() -> None:
    assert [may_be_tried_again(n, has_key=True) for n in (1, MOST_ATTEMPTS - 1, MOST_ATTEMPTS)] == [True, True, False]
    assert [may_be_tried_again(n, has_key=False) for n in (1, 2)] == [True, False]
