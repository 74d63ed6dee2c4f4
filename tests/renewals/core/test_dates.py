"""Golden dates: months, terms, notice, business days, and instants in awkward zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.dates import (
    BusinessCalendar,
    ResolvedZone,
    add_business_days,
    add_months,
    business_days_between,
    check_notice,
    check_period,
    check_zone,
    local_date,
    local_instant,
    local_time_kind,
    months_between,
    next_business_day,
    notice_deadline,
    quarter_of,
    resolve_zone,
    safe_send_on,
    start_of_day,
    term_end,
    term_months,
)
from renewals.core.errors import (
    DateOutOfRange,
    EndsBeforeStart,
    InvalidInput,
    NoticeOutOfRange,
    UnknownTimeZone,
)

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
REGIONS = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System")))
GERMANY = BusinessCalendar(
    country="DE",
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}),
)
EMIRATES_OLD_WEEK = BusinessCalendar(country="EG", weekend_days=frozenset({4, 5}))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 4, date(2026, 5, 31)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 5, 31), -2, date(2027, 3, 31)),
        (date(2026, 3, 15), -15, date(2024, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_add_months_anchored_at_the_day_gives_the_golden_date(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-240, 240))
def test_add_months_of_any_day_never_leaves_the_month_and_counts_back(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
    assert add_months(day, months_between(day, moved)) == moved


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        (date(2026, 2, 1), 12, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
        (date(2026, 7, 1), 36, date(2029, 6, 30)),
    ],
)
def test_term_end_is_inclusive(starts_on: date, months: int, expected: date) -> None:
    assert term_end(starts_on, months) == expected


@given(DAYS, st.integers(1, 120))
def test_term_months_of_a_whole_term_is_its_length(starts_on: date, months: int) -> None:
    # A start on the 29th-31st loses days in February, so the nearest whole month is what counts.
    assert term_months(starts_on, term_end(starts_on, months)) == months


def test_sixty_days_and_two_months_are_different_deadlines() -> None:
    ends_on = date(2027, 5, 31)
    assert notice_deadline(ends_on=ends_on, period=60, unit="days") == date(2027, 4, 1)
    assert notice_deadline(ends_on=ends_on, period=2, unit="months") == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("period", "unit", "expected"),
    [
        (30, "days", date(2026, 12, 1)),
        (4, "weeks", date(2026, 12, 3)),
        (3, "months", date(2026, 9, 30)),
        (5, "business_days", date(2026, 12, 23)),
        (0, "days", date(2026, 12, 31)),
        (0, "business_days", date(2026, 12, 31)),
    ],
)
def test_notice_deadline_in_each_unit_keeps_the_clause(period: int, unit: str, expected: date) -> None:
    assert notice_deadline(ends_on=date(2026, 12, 31), period=period, unit=unit, calendar=GERMANY) == expected


@pytest.mark.parametrize(("period", "unit"), [(-1, "days"), (5, "fortnights"), (5, "business_days")])
def test_notice_that_cannot_be_counted_is_refused(period: int, unit: str) -> None:
    with pytest.raises(InvalidInput):
        notice_deadline(ends_on=date(2026, 12, 31), period=period, unit=unit)


def test_notice_longer_than_the_term_is_refused_in_words() -> None:
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    check_notice(**year, period=364, unit="days")
    check_notice(starts_on=date(2026, 1, 1), ends_on=None, period=400, unit="days")
    with pytest.raises(NoticeOutOfRange) as refusal:
        check_notice(**year, period=400, unit="days")
    assert refusal.value.what == "Notice period (400 days) is longer than the term (365 days)."


@pytest.mark.parametrize(
    ("deadline", "calendar", "expected"),
    [
        (date(2026, 12, 27), GERMANY, date(2026, 12, 24)),
        (date(2026, 12, 24), GERMANY, date(2026, 12, 24)),
        (date(2026, 11, 20), EMIRATES_OLD_WEEK, date(2026, 11, 19)),
        (date(2026, 11, 22), EMIRATES_OLD_WEEK, date(2026, 11, 22)),
    ],
)
def test_send_for_a_deadline_on_a_free_day_moves_earlier(
    deadline: date, calendar: BusinessCalendar, expected: date
) -> None:
    assert safe_send_on(deadline, calendar) == expected


@given(DAYS, st.integers(-80, 80))
def test_business_day_steps_land_on_business_days_and_count_back(day: date, count: int) -> None:
    landed = add_business_days(day, count, GERMANY)
    assert GERMANY.is_business_day(landed)
    if count:
        assert business_days_between(day, landed, GERMANY) == count or not GERMANY.is_business_day(day)
    assert safe_send_on(day, GERMANY) <= day <= next_business_day(day, GERMANY)


def test_business_day_count_over_christmas_skips_the_holidays() -> None:
    assert add_business_days(date(2026, 12, 23), 3, GERMANY) == date(2026, 12, 29)
    assert business_days_between(date(2026, 12, 23), date(2026, 12, 29), GERMANY) == 3
    assert business_days_between(date(2026, 12, 29), date(2026, 12, 23), GERMANY) == -3


def test_calendar_without_a_business_day_is_refused() -> None:
    with pytest.raises(InvalidInput):
        BusinessCalendar(weekend_days=frozenset(range(7)))


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant", "kind"),
    [
        (
            "America/New_York",
            date(2026, 3, 8),
            time(2, 30),
            "2026-03-08T07:00Z",
            "gap",
        ),
        (
            "America/New_York",
            date(2026, 11, 1),
            time(1, 30),
            "2026-11-01T05:30Z",
            "fold",
        ),
        (
            "America/New_York",
            date(2026, 3, 8),
            time(9, 0),
            "2026-03-08T13:00Z",
            "plain",
        ),
        (
            "America/Santiago",
            date(2026, 9, 6),
            time(0, 0),
            "2026-09-06T04:00Z",
            "gap",
        ),
        (
            "Africa/Cairo",
            date(2026, 4, 24),
            time(0, 15),
            "2026-04-23T22:00Z",
            "gap",
        ),
        (
            "Australia/Lord_Howe",
            date(2026, 10, 4),
            time(2, 15),
            "2026-10-03T15:30Z",
            "gap",
        ),
        (
            "Australia/Lord_Howe",
            date(2026, 4, 5),
            time(1, 45),
            "2026-04-04T14:45Z",
            "fold",
        ),
        (
            "Asia/Kathmandu",
            date(2026, 5, 1),
            time(9, 0),
            "2026-05-01T03:15Z",
            "plain",
        ),
        (
            "Pacific/Apia",
            date(2011, 12, 30),
            time(9, 0),
            "2011-12-30T10:00Z",
            "gap",
        ),
        (
            "Europe/Berlin",
            date(2026, 3, 29),
            time(2, 0),
            "2026-03-29T01:00Z",
            "gap",
        ),
    ],
)
def test_local_instant_in_awkward_zones_is_golden(zone: str, day: date, at: time, instant: str, kind: str) -> None:
    assert local_instant(day, at, zone) == datetime.fromisoformat(instant)
    assert local_time_kind(day, at, zone) == kind


def test_start_of_day_where_midnight_is_skipped_is_the_first_valid_minute() -> None:
    assert start_of_day(date(2026, 9, 6), "America/Santiago").astimezone(ZoneInfo("America/Santiago")).time() == time(1)
    assert start_of_day(date(2026, 4, 24), "Africa/Cairo").astimezone(ZoneInfo("Africa/Cairo")).time() == time(1)


def test_one_day_later_by_the_wall_clock_is_not_24_hours_over_a_change() -> None:
    before = local_instant(date(2026, 3, 7), time(9), "America/New_York")
    after = local_instant(date(2026, 3, 8), time(9), "America/New_York")
    assert after - before == timedelta(hours=23)


def test_end_of_a_day_differs_by_21_hours_between_zones() -> None:
    kiritimati = start_of_day(date(2026, 4, 1), "Pacific/Kiritimati")
    los_angeles = start_of_day(date(2026, 4, 1), "America/Los_Angeles")
    assert kiritimati == datetime(2026, 3, 31, 10, tzinfo=UTC)
    assert los_angeles - kiritimati == timedelta(hours=21)
    assert local_date(kiritimati, "America/Los_Angeles") == date(2026, 3, 31)


@given(
    st.sampled_from(REGIONS),
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.integers(0, 1439).map(lambda m: (m // 60, m % 60)),
)
def test_local_instant_in_any_zone_is_never_before_the_asked_time(zone: str, day: date, clock: tuple[int, int]) -> None:
    at = time(*clock)
    shown = local_instant(day, at, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, at)
    if local_time_kind(day, at, zone) == "gap":
        assert shown > asked
        assert (local_instant(day, at, zone) - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(
            tzinfo=None
        ) < asked
    else:
        assert shown == asked


@given(
    st.sampled_from(REGIONS),
    DAYS,
    st.integers(0, 120),
    st.sampled_from(["days", "weeks", "months"]),
)
def test_safe_send_in_any_zone_is_never_after_the_deadline(zone: str, ends_on: date, period: int, unit: str) -> None:
    deadline = notice_deadline(ends_on=ends_on, period=period, unit=unit)
    send_on = safe_send_on(deadline, GERMANY)
    assert send_on <= deadline <= ends_on
    assert (
        local_instant(send_on, time(9), zone) < start_of_day(deadline + timedelta(days=1), zone)
        or zone == "Pacific/Apia"
    )


@pytest.mark.parametrize(
    "name",
    [
        "EST",
        "GMT+2",
        "CET",
        "Etc/GMT+5",
        "Europe/Atlantis",
        "",
        "../etc/passwd",
        "europe",
    ],
)
def test_zone_that_is_not_a_region_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        check_zone(name)


@pytest.mark.parametrize(
    ("given_zones", "expected"),
    [
        (
            {
                "contact": "Asia/Tokyo",
                "account": "Europe/Paris",
                "owner": "Europe/Rome",
            },
            ("Asia/Tokyo", "contact"),
        ),
        (
            {"contact": "", "account": "Europe/Paris", "owner": "Europe/Rome"},
            ("Europe/Paris", "account"),
        ),
        (
            {"contact": None, "account": None, "owner": "Europe/Rome"},
            ("Europe/Rome", "owner"),
        ),
        ({}, ("UTC", "workspace")),
    ],
)
def test_zone_resolution_takes_the_first_that_is_set(
    given_zones: dict[str, str | None], expected: tuple[str, str]
) -> None:
    resolved = resolve_zone(**given_zones, workspace="UTC")
    assert resolved == ResolvedZone(name=expected[0], taken_from=expected[1])  # type: ignore[arg-type]  # the table holds the literal


@pytest.mark.parametrize(
    ("day", "month", "label", "starts_on", "ends_on"),
    [
        (date(2026, 11, 21), 1, "2026 Q4", date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 1, 31), 2, "2025 Q4", date(2025, 11, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), 2, "2026 Q1", date(2026, 2, 1), date(2026, 4, 30)),
        (date(2026, 12, 31), 10, "2026 Q1", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarter_of_a_day_follows_the_fiscal_year(
    day: date, month: int, label: str, starts_on: date, ends_on: date
) -> None:
    quarter = quarter_of(day, fiscal_start_month=month)
    assert (quarter.label, quarter.starts_on, quarter.ends_on) == (
        label,
        starts_on,
        ends_on,
    )


@given(DAYS, st.integers(1, 12))
def test_quarters_in_a_row_touch_without_gap(day: date, month: int) -> None:
    this, following = (quarter_of(day, fiscal_start_month=month, offset=offset) for offset in (0, 1))
    assert this.starts_on <= day <= this.ends_on
    assert following.starts_on == this.ends_on + timedelta(days=1)


def test_period_with_its_end_before_its_start_is_refused_in_words() -> None:
    check_period(starts_on=date(2026, 2, 1), ends_on=None)
    check_period(starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 2))
    with pytest.raises(EndsBeforeStart) as refusal:
        check_period(starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))
    assert refusal.value.what == "Contract ends (2026-01-01) before it starts (2026-02-01)."
    with pytest.raises(EndsBeforeStart):
        check_period(starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 1))


@pytest.mark.parametrize("year", [1989, 2101, 9999])
def test_period_outside_the_years_of_contracts_is_refused(year: int) -> None:
    with pytest.raises(DateOutOfRange):
        check_period(starts_on=date(2026, 2, 1), ends_on=date(year, 12, 31))
