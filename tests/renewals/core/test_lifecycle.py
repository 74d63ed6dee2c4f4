"""Renewal-critical moments on the dates of an account."""

from datetime import date

import pytest

from renewals.core.lifecycle import (
    AccountDates,
    DatedMoment,
    MomentAnchor,
    MomentRule,
    dated_moments,
    next_critical_moment,
)

RULES = (
    MomentRule(key="due", name="Due", anchor=MomentAnchor.RENEWAL_DATE, offset_days=0),
    MomentRule(key="early", name="Early", anchor=MomentAnchor.RENEWAL_DATE, offset_days=-90),
    MomentRule(key="notice", name="Notice", anchor=MomentAnchor.NOTICE_DEADLINE, offset_days=0),
    MomentRule(key="value", name="Value", anchor=MomentAnchor.TERM_START, offset_days=45),
    MomentRule(key="stage", name="Stage", anchor=MomentAnchor.STAGE_ENTRY, offset_days=10),
)
DATES = AccountDates(renewal_on=date(2027, 1, 1), notice_on=date(2026, 12, 1), term_start_on=date(2026, 1, 1))


def test_moments_come_in_the_order_of_their_days_and_skip_unknown_anchors() -> None:
    assert [(moment.key, moment.on) for moment in dated_moments(RULES, DATES)] == [
        ("value", date(2026, 2, 15)),
        ("early", date(2026, 10, 3)),
        ("notice", date(2026, 12, 1)),
        ("due", date(2027, 1, 1)),
    ]


@pytest.mark.requirement(1)
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 21), "notice"),
        (date(2026, 12, 1), "notice"),
        (date(2026, 12, 2), "due"),
        (date(2027, 1, 2), None),
    ],
)
def test_next_critical_moment_is_the_first_that_has_not_passed(today: date, expected: str | None) -> None:
    found = next_critical_moment(RULES, DATES, today=today)
    assert (found.key if found else None) == expected


def test_moment_names_the_date_it_was_counted_from() -> None:
    assert next_critical_moment(RULES, AccountDates(stage_entered_on=date(2026, 5, 1)), today=date(2026, 5, 1)) == (
        DatedMoment(
            key="stage",
            name="Stage",
            on=date(2026, 5, 11),
            anchor=MomentAnchor.STAGE_ENTRY,
            anchor_on=date(2026, 5, 1),
            offset_days=10,
        )
    )
