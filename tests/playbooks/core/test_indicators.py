"""Which months are added up when, what a segment is judged by, and that parts add up to the whole."""

from datetime import UTC, date, datetime, timedelta

import pytest

from playbooks.core.indicators import (
    Counted,
    Middle,
    SuccessMetric,
    Tally,
    added,
    due_months,
    middle_of,
    month_after,
    months_back,
    parse_indicators,
)
from playbooks.queries.library import indicator_rules

RULES = indicator_rules()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
MONTHS = months_back(RULES.months, today=TODAY)


def test_months_go_back_over_the_new_year() -> None:
    assert months_back(3, today=date(2027, 1, 31)) == (date(2027, 1, 1), date(2026, 12, 1), date(2026, 11, 1))
    assert [month_after(month) for month in (date(2026, 12, 1), date(2026, 1, 1))] == [
        date(2027, 1, 1),
        date(2026, 2, 1),
    ]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({}, MONTHS),
        (dict.fromkeys(MONTHS, NOW), ()),
        (dict.fromkeys(MONTHS, NOW - timedelta(minutes=9)), ()),
        (dict.fromkeys(MONTHS, NOW - timedelta(minutes=10)), MONTHS[:1]),
        (dict.fromkeys(MONTHS, NOW - timedelta(hours=24)), MONTHS),
        (dict.fromkeys(MONTHS, NOW + timedelta(minutes=1)), MONTHS),
        (dict.fromkeys(MONTHS[1:], NOW), MONTHS[:1]),
    ],
)
def test_months_are_added_up_again_after_their_rest(made: dict[date, datetime], expected: tuple[date, ...]) -> None:
    assert due_months(RULES, made, today=TODAY, now=NOW) == expected


def test_share_of_nothing_is_not_known() -> None:
    assert (Counted().share, Counted(base=3).average) == (None, None)


def test_parts_add_up_to_the_whole() -> None:
    parts = [
        Tally(
            month_on=TODAY, measure="m", subject="", segment=str(n), counted=Counted(hits=n, base=2 * n, total=3.0 * n)
        )
        for n in range(4)
    ]
    assert added(parts) == Counted(hits=6, base=12, total=18.0)


@pytest.mark.requirement(86)
def test_success_is_a_share_that_is_reached_or_not_passed() -> None:
    least, most = SuccessMetric(measure="m", share=0.5), SuccessMetric(measure="m", share=0.5, is_most=True)
    assert [least.is_met(share) for share in (0.49, 0.5, 0.51)] == [False, True, True]
    assert [most.is_met(share) for share in (0.49, 0.5, 0.51)] == [True, True, False]
    assert all(segment.metrics and segment.escalation for segment in RULES.segments)


def test_broken_rules_are_told() -> None:
    assert len(parse_indicators({"version": 1, "segments": [{"key": "small", "stray": 1}]})[1]) == 7


@pytest.mark.requirement(61)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Middle(middle=None, yes=None, known=0)),
        ([0.0, 0.0, 0.5, 1.0, 1.0], Middle(middle=0.5, yes=0.6, known=5)),
        ([0.0, 0.2], Middle(middle=0.1, yes=0.0, known=2)),
    ],
)
def test_middle_of_values_has_the_share_that_says_yes(values: list[float], expected: Middle) -> None:
    assert middle_of(values) == expected
