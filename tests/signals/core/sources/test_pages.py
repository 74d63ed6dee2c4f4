"""Pages of a pull and the volumes of a source, on paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from signals.core.sources.pages import PageUnreadable, page_url, read_page, wait_after
from signals.core.sources.volumes import Vitals, pulse_of, usual_count

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("url", "cursor", "expected"),
    [
        ("https://a.example/x", "", "https://a.example/x"),
        ("https://a.example/x?limit=5", "c 1", "https://a.example/x?limit=5&after=c+1"),
        ("https://a.example/x?after=old", "new", "https://a.example/x?after=new"),
        ("https://a.example/x", "https://a.example/y?p=2", "https://a.example/y?p=2"),
    ],
)
def test_address_of_a_page_carries_the_cursor(url: str, cursor: str, expected: str) -> None:
    assert page_url(url, cursor_parameter="after", cursor=cursor) == expected


@pytest.mark.parametrize(
    ("document", "cursor", "expected"),
    [
        ({"data": [1, 2], "meta": {"next": "b"}}, "a", ((1, 2), "b", True)),
        ({"data": [1], "meta": {"next": None}}, "a", ((1,), "a", False)),
        ({"data": [1], "meta": {"next": "a"}}, "a", ((1,), "a", False)),
        ({"data": [], "meta": {"next": 7}}, "", ((), "7", True)),
        ({}, "a", ((), "a", False)),
    ],
)
def test_page_gives_items_and_the_cursor_to_go_on_with(document: Any, cursor: str, expected: Any) -> None:
    page = read_page(document, items_path="data", next_path="meta.next", cursor=cursor)
    assert (page.items, page.cursor, page.has_more) == expected


@pytest.mark.parametrize("document", [{"data": 5}, 7, "x", {"data": [1] * 20_001}, {"data": [], "n": "x" * 2_001}])
def test_page_that_is_none_says_what_to_correct(document: Any) -> None:
    with pytest.raises(PageUnreadable):
        read_page(document, items_path="data", next_path="n", cursor="")


def test_wait_doubles_up_to_six_hours_and_heeds_what_was_asked() -> None:
    minutes = [wait_after(attempts).total_seconds() / 60 for attempts in (0, 1, 2, 3, 9, 10, 500)]
    assert minutes == [1, 1, 2, 4, 256, 360, 360]
    assert wait_after(1, asked=timedelta(minutes=30)) == timedelta(minutes=30)
    assert wait_after(1, asked=timedelta(days=3)) == timedelta(hours=6)


def weeks(count: int, per_day: int) -> dict[date, int]:
    return {TODAY - timedelta(days=back): per_day for back in range(1, count * 7 + 1)}


def pulse(days: dict[date, int], **fields: Any) -> Any:
    given = {"is_active": True, "last_received_at": NOW, "stale_after_days": 7, "days": days, **fields}
    return pulse_of(Vitals(**given), now=NOW, today=TODAY)


def late(days: dict[date, int], *, missing: int, delay: int) -> dict[str, Any]:
    """Nothing of the last days is in yet; before, the signals of a day were in after `delay` days."""
    gone = {TODAY - timedelta(days=back) for back in range(1, missing + 1)}
    heard = {day: n for day, n in days.items() if day not in gone}
    return {"days": heard, "delays": [(day, delay, n) for day, n in heard.items()]}


YESTERDAY, DAY_BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)


@pytest.mark.parametrize(
    ("days", "fields", "mood"),
    [
        (weeks(9, 100), {}, "well"),
        (weeks(9, 100) | {YESTERDAY: 40}, {}, "low"),
        (weeks(9, 100) | {YESTERDAY: 60}, {}, "well"),
        (weeks(9, 100) | {YESTERDAY: 400}, {}, "high"),
        (weeks(9, 100) | {YESTERDAY: 0, DAY_BEFORE: 0}, {}, "silent"),
        (weeks(9, 100), {"last_received_at": NOW - timedelta(days=8)}, "silent"),
        (weeks(2, 100), {}, "new"),
        (weeks(2, 100), {"is_failing": True}, "failing"),
        ({}, {"last_received_at": None}, "never"),
        (weeks(9, 100), {"is_active": False}, "off"),
        ({YESTERDAY - timedelta(days=7 * n): 10 * n for n in range(1, 9)} | {YESTERDAY: 1}, {}, "well"),
    ],
)
def test_pulse_is_the_worst_that_is_true(days: dict[date, int], fields: dict[str, Any], mood: str) -> None:
    assert pulse(days, **fields).mood == mood


@pytest.mark.parametrize(
    ("missing", "delay", "since", "mood"),
    [(6, 0, 400, "silent"), (6, 6, 400, "well"), (7, 6, 400, "low"), (8, 6, 400, "silent"), (6, 6, 1, "silent")],
)
def test_source_that_delivers_late_is_given_its_time(missing: int, delay: int, since: int, mood: str) -> None:
    """Six days a file that comes once a week; what occurred before the source was made says nothing of its delay."""
    given = late(weeks(9, 100), missing=missing, delay=delay)
    found = pulse(**given, since=TODAY - timedelta(days=since))
    assert found.mood == mood
    assert found.judged_on == YESTERDAY - timedelta(days=delay if since > 1 else 0)


def test_usual_is_the_median_of_the_weekday_and_unmoved_by_one_odd_day() -> None:
    days = weeks(9, 100) | {YESTERDAY - timedelta(days=14): 1_000_000}
    usual = usual_count(days, YESTERDAY)
    assert (usual.count, usual.spread, usual.weeks) == (100.0, 0.0, 8)
