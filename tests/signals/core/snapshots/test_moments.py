"""Moments: live ones see what was received, back-fills what had occurred; both count the same days to renewal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from signals.core.snapshots.moments import SnapshotMoment, moment_times
from signals.core.snapshots.rules import SnapshotRules, parse_snapshot_rules
from signals.queries.library import shipped

RULES: SnapshotRules = parse_snapshot_rules(shipped("snapshots"))
DUE = date(2026, 6, 30)
BEGINS = datetime(2026, 5, 31, tzinfo=UTC)  # D-30


def times(now: datetime, *, horizon: int = 30, known_since: datetime = BEGINS) -> tuple[datetime, datetime, bool]:
    return moment_times(due_on=DUE, horizon_days=horizon, known_since=known_since, now=now, rules=RULES)


def test_moment_on_its_day_is_live_and_leaves_out_the_last_minutes() -> None:
    now = BEGINS + timedelta(hours=9)
    settled = now - timedelta(minutes=10)
    assert times(now) == (settled, settled, False)


@pytest.mark.parametrize(
    ("hours", "known_days", "horizon"),
    [(72 + 1, 0, 30), (9, 1, 30), (-1, -9, 30), (720 + 9, -90, 0)],
    ids=["too_late", "not_known_then", "not_yet", "the_end_itself"],
)
def test_moment_otherwise_is_a_backfill_as_of_the_end_of_the_day_before(
    hours: int, known_days: int, horizon: int
) -> None:
    now = BEGINS + timedelta(hours=hours)
    begins = datetime(2026, 6, 30, tzinfo=UTC) - timedelta(days=horizon)
    known_since = BEGINS + timedelta(days=known_days)
    assert times(now, horizon=horizon, known_since=known_since) == (begins - timedelta(seconds=1), now, True)


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        (BEGINS - timedelta(seconds=2), 31),
        (BEGINS - timedelta(seconds=1), 30),
        (BEGINS, 30),
        (BEGINS + timedelta(hours=9), 30),
        (BEGINS + timedelta(hours=24), 29),
    ],
)
def test_days_to_renewal_of_a_backfill_are_its_horizon(as_of: datetime, days: int) -> None:
    moment = SnapshotMoment(
        renewal_id=1,
        account_id=1,
        contract_id=1,
        term_number=1,
        horizon_days=30,
        due_on=DUE,
        as_of=as_of,
        known_at=as_of,
        is_backfilled=False,
        is_mid_term=False,
    )
    assert moment.days_to_renewal == days


def test_horizons_go_on_by_the_month_beyond_the_fixed_ones() -> None:
    assert RULES.all_horizons[:9] == (7, 14, 30, 60, 90, 120, 180, 210, 240)
    assert [RULES.is_mid_term(days) for days in (180, 210)] == [False, True]
