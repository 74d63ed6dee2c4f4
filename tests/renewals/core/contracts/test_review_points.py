"""When a contract that runs on without an end is looked at again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.contracts.review_points import ReviewRule, review_point, runs_on_from

YEARLY = ReviewRule(months=12, lead_days=30)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@pytest.mark.requirement(52)
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "today", "expected"),
    [
        (date(2026, 1, 1), None, date(2025, 6, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), None, date(2026, 1, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), None, date(2027, 1, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), None, date(2027, 1, 2), date(2028, 1, 1)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2026, 6, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 2), date(2028, 1, 1)),
        (date(2024, 2, 29), None, date(2025, 1, 1), date(2025, 2, 28)),
        (date(2024, 2, 29), None, date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_review_comes_when_the_fixed_term_is_over_and_each_year(
    starts_on: date, ends_on: date | None, today: date, expected: date
) -> None:
    assert review_point(starts_on=starts_on, ends_on=ends_on, today=today, rule=YEARLY) == expected


@given(DAYS, st.none() | st.integers(0, 900), DAYS, st.sampled_from([1, 3, 6, 12, 24]))
def test_one_is_always_ahead_and_none_left_out(first: date, length: int | None, today: date, months: int) -> None:
    rule = ReviewRule(months=months, lead_days=30)
    ends_on = None if length is None else first + timedelta(days=length)
    found = review_point(starts_on=first, ends_on=ends_on, today=today, rule=rule)
    again = review_point(starts_on=first, ends_on=ends_on, today=found, rule=rule)
    assert today <= found == again
    begun = runs_on_from(starts_on=first, ends_on=ends_on)
    assert found <= max(today, begun) + timedelta(days=31 * months)
