"""Measure the installation and this workspace for /operations/, /readyz and the doctor command."""

from datetime import datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from dashboards.core.channels import fault_words
from dashboards.core.checks import Sealing, Vitals
from dashboards.core.model_words import alarm_words
from dashboards.core.sources import MOODS
from playbooks.models import Message, StepRun
from playbooks.queries.circuits import open_circuits
from playbooks.queries.evidence import last_pulse
from renewals.models import Workspace
from renewals.queries.seals import seal_progress
from signals.queries.learned.watch import open_alarms
from signals.queries.signals import feed_states, parked_accounts, waiting_count
from signals.queries.sources import source_alarms

ROLE = "SELECT version(), NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"


def vitals(*, now: datetime) -> Vitals:
    """Return what is measured of the installation and of the workspace one is in."""
    database, is_bound = database_facts()
    workspace = Workspace.objects.get()
    open_steps = StepRun.objects.filter(state__in=("scheduled", "claimed"))
    feeds = tuple(f"{feed.source_name} ({feed.family_name.lower()})" for feed in feed_states(now=now) if feed.is_stale)
    return Vitals(
        workspace=workspace.slug,
        database=database,
        is_bound_by_policies=is_bound,
        has_broker=has_broker(),
        migrations_pending=migrations_pending(),
        last_pulse_at=last_pulse(),
        oldest_due_at=open_steps.aggregate(oldest=Min("due_at"))["oldest"],
        parked_steps=StepRun.objects.filter(state="parked").count(),
        messages_in_doubt=Message.objects.filter(state="in_doubt").count(),
        is_sending_paused=workspace.sending_paused_at is not None,
        pause_reason=workspace.sending_pause_reason,
        accounts_waiting=waiting_count(),
        accounts_parked=len(parked_accounts()),
        silent_feeds=feeds,
        model_alarms=tuple(alarm_words(each).text for each in open_alarms()),
        channel_faults=tuple(fault_words(each, now=now) for each in open_circuits()),
        odd_sources=tuple(f"{source.name}: {MOODS[pulse.mood][0].lower()}" for source, pulse in source_alarms(now=now)),
        sealing=_sealing(),
    )


def _sealing() -> Sealing | None:
    row = seal_progress()
    if row is None:
        return None
    return Sealing(
        seals=row.seals, rows=row.rows, sealed_at=row.looked_at, verified_at=row.verified_at, finding=row.finding
    )


def database_facts() -> tuple[str | None, bool | None]:
    """Return the server's name and version, and whether our role is bound by row-level security; None when away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE)
            version, is_bound = cursor.fetchone()
    except DatabaseError:
        return None, None
    return " ".join(version.split()[:2]), is_bound


def migrations_pending() -> int:
    """Return how many migrations are not applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def has_broker() -> bool:
    """Answer whether the broker answers within a second."""
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping())
    except (redis.RedisError, OSError):
        return False
