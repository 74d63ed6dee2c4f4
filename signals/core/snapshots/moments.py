"""When a renewal is looked at: live at its horizons, or afterwards as of the end of the day before them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from signals.core.snapshots.rules import SnapshotRules

MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotMoment:
    """One look at a renewal: as of when in the world, what was known when, and how it is counted."""

    renewal_id: int
    account_id: int
    contract_id: int
    term_number: int
    horizon_days: int
    due_on: date
    as_of: datetime
    known_at: datetime
    is_backfilled: bool
    is_mid_term: bool

    @property
    def day(self) -> date:
        """Return the UTC day that ages are counted from."""
        return self.as_of.astimezone(UTC).date()

    @property
    def days_to_renewal(self) -> int:
        """Return the days until the due date from the day that is not over; a back-fill ends just before its day."""
        return (self.due_on - (self.as_of + MOMENT).astimezone(UTC).date()).days


def moment_times(
    *, due_on: date, horizon_days: int, known_since: datetime, now: datetime, rules: SnapshotRules
) -> tuple[datetime, datetime, bool]:
    """Return as_of, known_at and whether it is a back-fill.

    Live means: looked at within some days of the horizon, of a renewal known by then. It sees what was received by
    then, and nothing of the last minutes. A back-fill sees what occurred before the day, whenever it was received;
    horizon 0, the end itself, always is one.
    """
    begins = datetime.combine(due_on - timedelta(days=horizon_days), time(), UTC)
    settled = now - timedelta(minutes=rules.settle_minutes)
    is_recent = timedelta(0) <= settled - begins < timedelta(days=rules.live_within_days)
    if horizon_days > 0 and is_recent and known_since <= settled:
        return settled, settled, False
    return begins - MOMENT, now, True
