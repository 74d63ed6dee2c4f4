"""Read signals: the timeline of an account, the last word of each source, volumes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from signals.models import AccountChange, Signal, Source, SourceFeed
from signals.queries.library import catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What one source sends of one family, and when it was last heard. `silent_days` are whole days."""

    source_key: str
    source_name: str
    family: str
    family_name: str
    signals_count: int
    last_occurred_at: datetime
    last_received_at: datetime
    silent_days: int
    is_stale: bool


def timeline(
    account_id: int, *, before: tuple[datetime, int] | None = None, families: Iterable[str] = (), limit: int = 50
) -> list[Signal]:
    """Return an account's signals, the newest first, with their sources.

    `before` is the (occurred_at, id) of the last row of the page before; `families` empty means all.
    """
    found = Signal.objects.filter(account_id=account_id).select_related("source")
    if before is not None:
        found = found.filter(Q(occurred_at__lt=before[0]) | Q(occurred_at=before[0], id__lt=before[1]))
        found = found.filter(occurred_at__lte=before[0])
    wanted = Q()
    for family in families:
        wanted |= Q(kind__startswith=f"{family}.")
    return list(found.filter(wanted).order_by("-occurred_at", "-id")[:limit])


def feed_states(*, now: datetime) -> list[FeedState]:
    """Return every feed of the workspace by source and family."""
    rows = SourceFeed.objects.select_related("source").order_by("source__key", "family")
    return [_state(row, now) for row in rows]


def sources() -> list[Source]:
    """Return the workspace's sources by key."""
    return list(Source.objects.order_by("key"))


def last_update_per_source(account_id: int, *, since: datetime) -> dict[str, datetime]:
    """Return when each source last said something about this account, by source key, looking back to `since`."""
    rows = (
        Signal.objects.filter(account_id=account_id, occurred_at__gte=since)
        .order_by("source_id", "-received_at")
        .distinct("source_id")
        .values_list("source__key", "received_at")
    )
    return dict(rows)


def daily_volumes(*, since: datetime) -> list[tuple[datetime, str, int]]:
    """Return how many signals occurred per UTC day and kind since a moment, oldest first."""
    rows = (
        Signal.objects.filter(occurred_at__gte=since)
        .annotate(day=TruncDate("occurred_at", tzinfo=UTC))
        .values_list("day", "kind")
        .annotate(count=Count("id"))
        .order_by("day", "kind")
    )
    return list(rows)


def waiting_count() -> int:
    """Return how many accounts wait to be scored."""
    return AccountChange.objects.count()


def parked_accounts() -> list[AccountChange]:
    """Return accounts whose scoring has failed, with the error and the number of attempts."""
    return list(AccountChange.objects.filter(attempts__gt=0).select_related("account").order_by("account_id"))


def _state(row: SourceFeed, now: datetime) -> FeedState:
    silence = max(now - row.last_occurred_at, timedelta())
    return FeedState(
        source_key=row.source.key,
        source_name=row.source.name,
        family=row.family,
        family_name=catalogue().families.get(row.family, row.family),
        signals_count=row.signals_count,
        last_occurred_at=row.last_occurred_at,
        last_received_at=row.last_received_at,
        silent_days=silence.days,
        is_stale=silence > timedelta(days=row.source.stale_after_days),
    )
