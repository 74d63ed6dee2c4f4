"""A digest of the queue for a chat: which periods are due, and its words. It names accounts, never people at them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from renewals.core.dates import check_zone

MORNING = time(8, 0)
SATURDAY = 6
SHOWN = 3


class DigestPeriod(StrEnum):
    """How often a target is told; the value is the topic it chose."""

    DAY = "digest"
    WEEK = "weekly_digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamQueue:
    """The queue of one team: lines, those whose next task is overdue or due today, and the first ones.

    `team_id` is None for people without a team. `first` holds account and due date of the renewal, by priority.
    """

    team_id: int | None
    name: str
    lines: int
    overdue: int
    today: int
    first: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDigest:
    """A period that is to be told: `key` is the same for all of it, so that it is told once."""

    period: DigestPeriod
    key: str


def due_digests(*, now: datetime, zone: str) -> tuple[DueDigest, ...]:
    """Return what is to be told by now: the working day's from eight in the morning on, and the week's from Monday's.

    Whoever was down in the morning tells it later the same day, or the same week.
    """
    local = now.astimezone(check_zone(zone))
    if local.isoweekday() >= SATURDAY or local.time() < MORNING:
        return ()
    year, week, _ = local.isocalendar()
    day = DueDigest(period=DigestPeriod.DAY, key=f"digest:day:{local.date().isoformat()}")
    return (day, DueDigest(period=DigestPeriod.WEEK, key=f"digest:week:{year}-W{week:02}"))


def digest_key(due: DueDigest, queue: TeamQueue) -> str:
    """Return the key under which one team's digest of one period is told once."""
    return f"{due.key}:team:{queue.team_id or 0}"


def digest_text(queue: TeamQueue, due: DueDigest) -> str:
    """Return the digest in two or three plain lines."""
    when = "This week" if due.period is DigestPeriod.WEEK else "Today"
    lines = f"{queue.lines:,} renewal{'' if queue.lines == 1 else 's'} in the queue"
    head = f"{when}, {queue.name}: {lines}, {queue.overdue:,} overdue, {queue.today:,} due today."
    first = "; ".join(f"{account} (renews {on.isoformat()})" for account, on in queue.first[:SHOWN])
    return f"{head}\nFirst: {first}." if first else head
