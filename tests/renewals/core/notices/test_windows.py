"""Windows of notices: golden examples of statutes and clauses, and what holds for every zone, calendar and rule."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.dates import BusinessCalendar, NoticeUnit, check_zone
from renewals.core.notices.rules import (
    NoticeAnchor,
    NoticeCounts,
    NoticeKind,
    NoticeRule,
    Offset,
)
from renewals.core.notices.windows import window_instants, window_of
from renewals.queries.calendars import country_calendar
from renewals.queries.library import jurisdiction_packs

START = date(2026, 1, 1)
PLAIN = BusinessCalendar()
GULF = BusinessCalendar(country="QA", weekend_days=frozenset({4, 5}))
D, W, M, B = NoticeUnit.DAYS, NoticeUnit.WEEKS, NoticeUnit.MONTHS, NoticeUnit.BUSINESS_DAYS
ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


def rule(closes: Offset, opens: Offset | None = None, **changes: object) -> NoticeRule:
    """A reminder counted back from their deadline."""
    parts = {"key": "r", "version": 1, "kind": NoticeKind.REMINDER, "anchor": NoticeAnchor.OPT_OUT_DEADLINE}
    return NoticeRule(**parts | {"opens": opens, "closes": closes} | changes)


def days(anchor_on: date, made: NoticeRule, calendar: BusinessCalendar = PLAIN) -> tuple[date, date, date, date]:
    """Opens, planned, last safe, closes."""
    found = window_of(made, anchor_on=anchor_on, term_starts_on=START, calendar=calendar)
    return found.opens_on, found.planned_on, found.safe_latest_on, found.closes_on


# Opens, planned, last safe, closes of the shipped packs, counted by hand from the texts named in each pack.
PACKS = {
    # Deadline 1 Nov 2026: 15 to 30 days before is 2 to 17 Oct. A letter travels three business days before Fri 16 Oct.
    ("us-ny-gol-5-903", "2026-11-01"): "2026-10-02 2026-10-02 2026-10-13 2026-10-17",
    # Into February of a leap year: 15 to 30 days before 15 March 2028.
    ("us-ny-gol-5-903", "2028-03-15"): "2028-02-14 2028-02-14 2028-02-24 2028-02-29",
    ("us-wi-134-49", "2026-11-01"): "2026-09-02 2026-09-02 2026-10-16 2026-10-17",
    # Cancel by 1 Sep: 60 days before is 3 Jul, 30 days before is Sunday 2 Aug, so Friday is the last safe day.
    ("us-il-815-601", "2026-09-01"): "2026-07-03 2026-07-03 2026-07-31 2026-08-02",
    ("us-ga-13-12-3", "2026-12-31"): "2026-11-01 2026-11-02 2026-12-01 2026-12-01",
    # Last day 31 Dec, renews 1 Jan: 45 days before that is 17 Nov; the last day stays one day inside.
    ("us-nc-75-41", "2026-12-31"): "2026-11-17 2026-11-17 2026-12-16 2026-12-16",
    # Month arithmetic: three and one month before 31 May are 28 Feb and 30 Apr.
    ("fr-l215-1", "2027-05-31"): "2027-02-28 2027-03-01 2027-04-30 2027-04-30",
}


@pytest.mark.requirement("X11")
@pytest.mark.requirement(91)
@pytest.mark.parametrize(("key", "deadline"), PACKS)
def test_pack_gives_the_days_counted_by_hand(key: str, deadline: str) -> None:
    found = days(date.fromisoformat(deadline), jurisdiction_packs()[key].rule)
    assert " ".join(day.isoformat() for day in found) == PACKS[key, deadline]


def test_every_pack_has_a_golden_example_a_source_and_a_day_it_was_read() -> None:
    assert {key for key, _ in PACKS} == set(jurisdiction_packs())
    for pack in jurisdiction_packs().values():
        assert pack.source and pack.source_url.startswith("http") and pack.limits
        assert date(2026, 1, 1) <= pack.read_on <= date(2026, 12, 31)


CLAUSES = {
    # reliability.md: sixty days are not two months.
    "60 days before 31 May": (date(2027, 5, 31), Offset(count=60), date(2027, 4, 1)),
    "2 months before 31 May": (date(2027, 5, 31), Offset(count=2, unit=M), date(2027, 3, 31)),
    "1 month before 31 March": (date(2027, 3, 31), Offset(count=1, unit=M), date(2027, 2, 28)),
    "1 month before 31 March of a leap year": (date(2028, 3, 31), Offset(count=1, unit=M), date(2028, 2, 29)),
    "12 months before 29 February": (date(2028, 2, 29), Offset(count=12, unit=M), date(2027, 2, 28)),
    "6 weeks": (date(2026, 12, 31), Offset(count=6, unit=W), date(2026, 11, 19)),
    "10 business days over a weekend": (date(2026, 11, 16), Offset(count=10, unit=B), date(2026, 11, 2)),
    "0 days": (date(2026, 12, 31), Offset(count=0), date(2026, 12, 31)),
}


@pytest.mark.parametrize("name", CLAUSES)
def test_clause_closes_on_the_day_counted_in_its_own_unit(name: str) -> None:
    anchor_on, closes, expected = CLAUSES[name]
    assert days(anchor_on, rule(closes))[3] == expected


def test_inclusive_counting_takes_the_anchor_as_day_one() -> None:
    assert days(date(2026, 11, 1), rule(Offset(count=15), is_inclusive=True))[3] == date(2026, 10, 18)


def test_last_safe_day_moves_earlier_over_christmas_and_never_later() -> None:
    germany = country_calendar("DE", 2026)
    # 27 Dec 2026 is a Sunday after two holidays: the last business day is Thursday 24 December.
    assert days(date(2026, 12, 27), rule(Offset(count=0)), germany)[2] == date(2026, 12, 24)


def test_last_safe_day_knows_a_weekend_of_friday_and_saturday() -> None:
    assert days(date(2026, 10, 31), rule(Offset(count=0)), GULF)[2] == date(2026, 10, 29)


def test_receipt_takes_the_delivery_days_off_before_the_last_day() -> None:
    received = rule(Offset(count=0), counts=NoticeCounts.RECEIVED, delivery_days=3)
    sent = rule(Offset(count=0), delivery_days=3)
    assert days(date(2026, 10, 31), received)[2] == date(2026, 10, 27)
    assert days(date(2026, 10, 31), sent)[2] == date(2026, 10, 30)


def test_window_without_room_for_delivery_keeps_its_first_day_and_says_so() -> None:
    tight = rule(Offset(count=0), Offset(count=2), counts=NoticeCounts.RECEIVED, delivery_days=5)
    found = window_of(tight, anchor_on=date(2026, 11, 4), term_starts_on=START, calendar=PLAIN)
    assert (found.opens_on, found.safe_latest_on, found.is_tight) == (date(2026, 11, 2), date(2026, 11, 2), True)


INSTANTS = {
    # "End of 31 March" differs by 21 hours between these two.
    ("Pacific/Kiritimati", date(2027, 3, 31)): datetime(2027, 3, 31, 10, 0, tzinfo=UTC),
    ("America/Los_Angeles", date(2027, 3, 31)): datetime(2027, 4, 1, 7, 0, tzinfo=UTC),
    # Midnight does not exist on the day after: the day ends where the clock jumps.
    ("America/Santiago", date(2026, 9, 5)): datetime(2026, 9, 6, 4, 0, tzinfo=UTC),
    ("Africa/Cairo", date(2026, 4, 23)): datetime(2026, 4, 23, 22, 0, tzinfo=UTC),
    ("Australia/Lord_Howe", date(2026, 10, 4)): datetime(2026, 10, 4, 13, 0, tzinfo=UTC),
    ("Asia/Kathmandu", date(2026, 10, 4)): datetime(2026, 10, 4, 18, 15, tzinfo=UTC),
    # Apia had no 30 December 2011: the 29th ended where the 31st began.
    ("Pacific/Apia", date(2011, 12, 29)): datetime(2011, 12, 30, 10, 0, tzinfo=UTC),
}


@pytest.mark.parametrize(("zone", "last"), INSTANTS)
def test_window_closes_at_the_end_of_its_last_day_in_its_zone(zone: str, last: date) -> None:
    found = window_of(rule(Offset(count=0)), anchor_on=last, term_starts_on=START, calendar=PLAIN)
    assert window_instants(found, zone=zone).closes_at == INSTANTS[zone, last]


OFFSETS = st.builds(Offset, count=st.integers(0, 120), unit=st.sampled_from(list(NoticeUnit)))
CALENDARS = st.builds(
    BusinessCalendar,
    weekend_days=st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()]),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2030, 12, 31)), max_size=40),
)


@given(
    anchor_on=st.dates(date(2026, 6, 1), date(2066, 1, 1)),
    opens=st.none() | OFFSETS,
    closes=OFFSETS,
    calendar=CALENDARS,
    is_inclusive=st.booleans(),
    counts=st.sampled_from(list(NoticeCounts)),
    delivery_days=st.integers(0, 10),
    zone=st.sampled_from(ZONES),
)
def test_days_are_in_order_and_inside_their_instants_for_every_rule_zone_and_calendar(
    anchor_on: date, closes: Offset, calendar: BusinessCalendar, zone: str, **changes: object
) -> None:
    found = window_of(rule(closes, **changes), anchor_on=anchor_on, term_starts_on=START, calendar=calendar)
    assert found.opens_on <= found.planned_on <= found.safe_latest_on <= found.closes_on <= anchor_on
    again = window_of(rule(closes, **changes), anchor_on=anchor_on, term_starts_on=START, calendar=calendar)
    assert again == found
    instants, careful = window_instants(found, zone=zone), window_instants(found)
    assert instants.opens_at < instants.closes_at
    assert careful.opens_at >= instants.opens_at - timedelta(hours=3)
    assert careful.closes_at <= instants.closes_at
    last = (instants.closes_at - timedelta(seconds=1)).astimezone(check_zone(zone)).date()
    assert found.opens_on <= last <= found.closes_on
