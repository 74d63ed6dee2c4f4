"""What a moment takes from the whole workspace: how long each feed had been silent, and which kinds were ever heard."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import Min

from renewals.core.money import RateTable
from renewals.models import ContactRole, Milestone, Workspace
from renewals.queries.fx import rate_table
from signals.core.snapshots.moments import SnapshotMoment
from signals.models import KindHeard, SourceFeed
from signals.queries.library import catalogue

SILENCE_DAYS = 120
FEED_DAYS = """
SELECT source_id, split_part(kind, '.', 1), (occurred_at AT TIME ZONE 'UTC')::date AS day, min(received_at)
FROM signals_signal WHERE workspace_id = %(workspace)s AND occurred_at > %(since)s AND occurred_at <= %(until)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotWorld:
    """The workspace around the moments: days each feed spoke (and when last), first news of each kind, rates.

    `stored_silence` and `stored_fed`, from a snapshot that is made again, stand in place of the first three.
    """

    feeds: Mapping[str, Sequence[tuple[date, datetime]]]
    spoke: Mapping[str, date]
    heard: Sequence[tuple[str, datetime, datetime]]
    told: Sequence[tuple[str, date]]
    currency: str
    rates: RateTable
    stored_silence: Mapping[str, int] | None = None
    stored_fed: frozenset[str] | None = None

    def silence_at(self, moment: SnapshotMoment) -> dict[str, int]:
        """Return for how many days each feed had said nothing, as known then; live moments ask the feeds themselves."""
        if self.stored_silence is not None:
            return dict(self.stored_silence)
        if not moment.is_backfilled:
            return {feed: max((moment.day - day).days, 0) for feed, day in self.spoke.items()}
        return {feed: _silence(days, moment) for feed, days in self.feeds.items()}

    def fed_at(self, moment: SnapshotMoment) -> frozenset[str]:
        """Return the kinds that had been heard for any account by then; unlisted ones as "family.*"."""
        if self.stored_fed is not None:
            return self.stored_fed
        kinds = [kind for kind, at, received in self.heard if at <= moment.as_of and received <= moment.known_at]
        kinds += [kind for kind, first_on in self.told if first_on <= moment.day]
        specs = (catalogue().spec(kind) for kind in kinds)
        return frozenset(spec.key for spec in specs if spec is not None)


def world_of(workspace_id: int, moments: Sequence[SnapshotMoment]) -> SnapshotWorld:
    """Return the world of these moments. Signals are read only for back-fills, and only around their days."""
    past = [each.as_of for each in moments if each.is_backfilled]
    reached = Milestone.objects.aggregate(first=Min("achieved_on"))["first"]
    sponsors = ContactRole.objects.filter(role=ContactRole.Role.EXECUTIVE_SPONSOR)
    confirmed = sponsors.aggregate(first=Min("from_on"))["first"]
    spoke = SourceFeed.objects.values_list("source_id", "family", "last_occurred_at")
    told = (("usage.milestone", reached), ("relationship.sponsor_confirmed", confirmed))
    return SnapshotWorld(
        feeds=_feed_days(workspace_id, min(past), max(past)) if past else {},
        spoke={f"{source}:{family}": at.astimezone(UTC).date() for source, family, at in spoke},
        heard=list(KindHeard.objects.order_by("kind").values_list("kind", "first_occurred_at", "first_received_at")),
        told=[(kind, first_on) for kind, first_on in told if first_on is not None],
        currency=home_currency(),
        rates=rate_table(),
    )


def home_currency() -> str:
    """Return the workspace's own currency, the one segments compare in."""
    return Workspace.objects.values_list("currency", flat=True).first() or ""


def _feed_days(workspace_id: int, first: datetime, last: datetime) -> dict[str, list[tuple[date, datetime]]]:
    since = first - timedelta(days=SILENCE_DAYS)
    found: dict[str, list[tuple[date, datetime]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(FEED_DAYS, {"workspace": workspace_id, "since": since, "until": last})
        for source_id, family, day, received_at in cursor.fetchall():
            found.setdefault(f"{source_id}:{family}", []).append((day, received_at))
    return found


def _silence(days: Sequence[tuple[date, datetime]], moment: SnapshotMoment) -> int:
    """Return the days since the newest day of the feed that was known; all that is read when there is none."""
    at = bisect_right(days, moment.day, key=lambda each: each[0])
    known = (day for day, received in reversed(days[max(0, at - SILENCE_DAYS) : at]) if received <= moment.known_at)
    newest = next(known, None)
    return SILENCE_DAYS if newest is None else min((moment.day - newest).days, SILENCE_DAYS)
