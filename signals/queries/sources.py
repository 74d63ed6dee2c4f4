"""How the sources of a workspace are: heard when, busy as usual or not, what waits, what fails."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum

from renewals.core.breaker import Breaker, from_document
from signals.core.sources.addresses import origin_of
from signals.core.sources.volumes import Pulse, Vitals, pulse_of
from signals.models import (
    Delivery,
    Hook,
    HookRefusal,
    Pull,
    PullState,
    PullTarget,
    Source,
    SourceDay,
    SourceFeed,
    Unmatched,
)

SHOWN_DAYS = 56
FAILING_ATTEMPTS = 3
REFUSALS_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source with everything its line on the page needs. `days` holds the signals of the last eight weeks."""

    source: Source
    pulse: Pulse
    days: Mapping[date, int]
    last_received_at: datetime | None
    last_occurred_at: datetime | None
    signals_count: int
    families: tuple[str, ...]
    unmatched_count: int
    waiting_count: int
    incomplete_count: int
    refused_count: int
    hook: Hook | None
    pull: Pull | None
    pull_state: PullState | None
    breaker: Breaker | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """Signals of one source by UTC day of occurrence, and after how many days those of a day were in."""

    counts: dict[date, int] = field(default_factory=dict)
    delays: list[tuple[date, int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What was read of all sources at once, by source."""

    days: Mapping[int, _Days]
    feeds: Mapping[int, tuple[datetime, datetime, int, tuple[str, ...]]]
    hooks: Mapping[int, Hook]
    states: Mapping[int, PullState]
    breakers: Mapping[str, Breaker]
    held: Mapping[int, int]
    waiting: Mapping[int, int]
    incomplete: Mapping[int, int]
    refused: Mapping[int, int]


def source_reports(*, now: datetime, source_id: int | None = None) -> list[SourceReport]:
    """Return every source (or one) by name; a fixed number of queries whatever the number of sources."""
    chosen = {} if source_id is None else {"source_id": source_id}
    rows = Source.objects.order_by("name") if source_id is None else Source.objects.filter(id=source_id)
    facts = _Facts(
        days=_source_days(now=now, **chosen),
        feeds=_feeds(chosen),
        hooks={hook.source_id: hook for hook in Hook.objects.filter(**chosen)},
        states={state.pull.source_id: state for state in PullState.objects.select_related("pull")},
        breakers={row.origin: from_document(row.breaker) for row in PullTarget.objects.all()},
        held=_counted(Unmatched.objects.filter(matched_at__isnull=True, **chosen)),
        waiting=_counted(Delivery.objects.filter(state="waiting", **chosen)),
        incomplete=_counted(Delivery.objects.filter(Q(is_incomplete=True) | Q(state="failed"), **chosen)),
        refused=_refusals(now),
    )
    return [_report(row, facts, now) for row in rows]


def _source_days(*, now: datetime, source_id: int | None = None) -> Mapping[int, _Days]:
    """Return the days of each source, of the last eight weeks and a week for comparison."""
    first = now.astimezone(UTC).date() - timedelta(days=SHOWN_DAYS + 7)
    rows = SourceDay.objects.filter(day__gte=first)
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    found: dict[int, _Days] = defaultdict(_Days)
    for source, day, delay, count in rows.values_list("source_id", "day", "delay_days").annotate(
        n=Sum("signals_count")
    ):
        found[source].counts[day] = found[source].counts.get(day, 0) + count
        found[source].delays.append((day, delay, count))
    return found


def kind_days(*, now: datetime, days: int = SHOWN_DAYS) -> list[tuple[date, str, int]]:
    """Return signals per UTC day of occurrence and family, oldest first."""
    first = now.astimezone(UTC).date() - timedelta(days=days)
    rows = SourceDay.objects.filter(day__gte=first, day__lte=now.astimezone(UTC).date())
    found: dict[tuple[date, str], int] = defaultdict(int)
    for day, kind, count in rows.values_list("day", "kind").annotate(n=Sum("signals_count")):
        found[day, kind.partition(".")[0]] += count
    return sorted((day, family, count) for (day, family), count in found.items())


def source_alarms(*, now: datetime) -> list[tuple[Source, Pulse]]:
    """Return the sources that somebody should look at, by name, with how they are."""
    days, feeds = _source_days(now=now), _feeds({})
    failing = set(PullState.objects.filter(attempts__gte=FAILING_ATTEMPTS).values_list("pull__source_id", flat=True))
    found = []
    for row in Source.objects.order_by("name"):
        heard = feeds[row.id][0] if row.id in feeds else None
        pulse = _pulse(row, days.get(row.id, _Days()), heard, is_failing=row.id in failing, now=now)
        found += [(row, pulse)] if pulse.is_alarm else []
    return found


def _pulse(row: Source, days: _Days, heard: datetime | None, *, is_failing: bool, now: datetime) -> Pulse:
    vitals = Vitals(
        is_active=row.is_active,
        last_received_at=heard,
        stale_after_days=row.stale_after_days,
        days=days.counts,
        delays=days.delays,
        since=row.created_at.astimezone(UTC).date(),
        is_failing=is_failing,
    )
    return pulse_of(vitals, now=now, today=now.astimezone(UTC).date())


def _report(row: Source, facts: _Facts, now: datetime) -> SourceReport:
    days, state = facts.days.get(row.id, _Days()), facts.states.get(row.id)
    received, occurred, count, families = facts.feeds.get(row.id) or (None, None, 0, ())
    is_failing = state is not None and state.attempts >= FAILING_ATTEMPTS
    return SourceReport(
        source=row,
        pulse=_pulse(row, days, received, is_failing=is_failing, now=now),
        days=days.counts,
        last_received_at=received,
        last_occurred_at=occurred,
        signals_count=count,
        families=families,
        unmatched_count=facts.held.get(row.id, 0),
        waiting_count=facts.waiting.get(row.id, 0),
        incomplete_count=facts.incomplete.get(row.id, 0),
        refused_count=facts.refused.get(row.id, 0),
        hook=facts.hooks.get(row.id),
        pull=state.pull if state else None,
        pull_state=state,
        breaker=facts.breakers.get(origin_of(state.pull.url)) if state else None,
    )


def _feeds(chosen: Mapping[str, int]) -> dict[int, tuple[datetime, datetime, int, tuple[str, ...]]]:
    families: dict[int, list[str]] = defaultdict(list)
    for source_id, family in SourceFeed.objects.filter(**chosen).order_by("family").values_list("source_id", "family"):
        families[source_id].append(family)
    sums = SourceFeed.objects.filter(**chosen).values_list("source_id")
    rows = sums.annotate(r=Max("last_received_at"), o=Max("last_occurred_at"), n=Sum("signals_count"))
    return {
        source_id: (received, occurred, count, tuple(families[source_id]))
        for source_id, received, occurred, count in rows
    }


def _counted(rows: QuerySet) -> dict[int, int]:
    return dict(rows.values_list("source_id").annotate(n=Count("id")))


def _refusals(now: datetime) -> dict[int, int]:
    since = now.date() - timedelta(days=REFUSALS_DAYS)
    rows = HookRefusal.objects.filter(refused_on__gte=since).values_list("hook__source_id")
    return dict(rows.annotate(n=Sum("refused_count")))
