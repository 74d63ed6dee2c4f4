"""When a waiting step is worth looking at again. The engine looks every hour; between two changes it sees the same."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playbooks.core.guards import RECHECK
from renewals.core.dates import local_date, start_of_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What could change for a waiting step though nobody does anything: days turn, a pause ends, the next step is due.

    `replied_at` counts because days since a reply are counted from its own time of day; `recorded_at` is when something
    recorded changes next, where history is replayed.
    """

    zones: tuple[str, ...]
    following_at: datetime | None = None
    paused_until_at: datetime | None = None
    replied_at: datetime | None = None
    recorded_at: datetime | None = None


def next_look(at: datetime, held_until: datetime, standing: Standing) -> datetime:
    """Return the first of the engine's hourly looks after `at` that could see something new.

    A wait with an end of its own is looked at when it ends.
    """
    if held_until - at != RECHECK:
        return held_until
    looks = math.ceil((_first_change(at, standing) - at) / RECHECK)
    return at + max(1, looks) * RECHECK


def _instants(standing: Standing) -> tuple[datetime | None, ...]:
    return standing.following_at, standing.paused_until_at, standing.recorded_at


def _first_change(at: datetime, standing: Standing) -> datetime:
    changes = [start_of_day(local_date(at, zone) + ONE_DAY, zone) for zone in (*standing.zones, "UTC")]
    changes += [item for item in _instants(standing) if item is not None and item > at]
    if standing.replied_at is not None:
        changes.append(at + ONE_DAY - (at - standing.replied_at) % ONE_DAY)
    return min(changes).astimezone(UTC)
