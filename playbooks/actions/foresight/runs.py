"""Order, work on, cancel and forget replays. It writes what a replay found, and nothing else; it has no channel.

A worker replays some accounts, writes what came of them and moves the cursor, all in one transaction: killed at any
time, it goes on where it was, and the same run gives the same rows.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.foresight.found import act_rows, renewal_row
from playbooks.actions.foresight.replay import Replayed, Rules, Span, replay_accounts
from playbooks.core.replay.asked import Asked, asked_from, check_asked
from playbooks.models import ReplayedAct, ReplayedRenewal, ReplayRun
from playbooks.queries.assignees import assignees
from playbooks.queries.replay.configuration import configuration_of_the_time
from playbooks.queries.replay.rules import accounts_of, changed_configuration, chosen_accounts, frozen_of, recorded_from
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError, UnknownReference
from renewals.core.roles import Member

log = logging.getLogger(__name__)
CHUNK = 100
KEPT_DAYS = 90
KEPT_RUNS = 40
MOST_RUNNING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How far one part of the work came; `is_over` when nothing waits any more."""

    accounts: int
    is_over: bool


@transaction.atomic
def order_replay(*, asked: Asked, member: Member, by: Actor, now: datetime) -> ReplayRun:
    """Begin a replay for a worker to do. Raises InvalidInput for what cannot be replayed, naming every remedy."""
    check_asked(asked, today=now.date())
    total = chosen_accounts(asked, member).count()
    if not total:
        raise InvalidInput("There is no account of yours among those.", where="chosen", remedy="Choose others.")
    if ReplayRun.objects.filter(state=ReplayRun.State.RUNNING).count() >= MOST_RUNNING:
        raise InvalidInput(f"{MOST_RUNNING} replays are running.", where="replay", remedy="Wait, or cancel one.")
    return ReplayRun.objects.create(
        workspace_id=by.workspace_id,
        asked=asked.table(),
        frozen=frozen_of(asked),
        ordered_by_id=by.id,
        ordered_at=now,
        recorded_from=recorded_from(),
        total=total,
    )


@transaction.atomic
def cancel_replay(*, run_id: int, by: Actor, now: datetime) -> ReplayRun:
    """Stop a replay; what it found so far stays. One that is over stays as it ended. Raises UnknownReference."""
    run = ReplayRun.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise UnknownReference(f"There is no replay {run_id} here.", where="replay")
    if run.state == ReplayRun.State.RUNNING:
        run.state, run.finished_at, run.ended_by = ReplayRun.State.CANCELLED, now, by.label[:150]
        run.save()
    return run


@transaction.atomic
def work_replay(*, by: Actor, now: datetime, limit: int = CHUNK) -> Worked:
    """Replay the next accounts of the oldest run; a run that breaks says so and leaves the others alone."""
    waiting = ReplayRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=ReplayRun.State.RUNNING)
    run = waiting.order_by("id").first()
    if run is None:
        return Worked(accounts=0, is_over=True)
    ids: Sequence[int] = ()
    try:
        with transaction.atomic():
            ids = _replay_next(run, limit)
    except Exception as problem:  # whatever is wrong is said on the page
        log.exception("A replay failed.", extra={"run": run.id})
        words = str(problem) if isinstance(problem, NamedError) else f"{type(problem).__name__}: {problem}"
        run.state, run.finished_at, run.error = ReplayRun.State.FAILED, now, words[:300]
    else:
        run.done, run.beat_at = run.done + len(ids), now
        run.cursor = ids[-1] if ids else run.cursor
        if len(ids) < limit:
            run.state, run.finished_at, run.total = ReplayRun.State.DONE, now, run.done
    run.save()
    return Worked(accounts=len(ids), is_over=False)


@transaction.atomic
def forget_old_replays(*, now: datetime) -> int:
    """Drop replays that ended a season ago, and all but the newest forty; returns how many."""
    over = ReplayRun.objects.exclude(state=ReplayRun.State.RUNNING)
    newest = over.order_by("-ordered_at", "-id").values_list("id", flat=True)[:KEPT_RUNS]
    old = over.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)) | over.exclude(id__in=list(newest))
    ids = list(old.values_list("id", flat=True))
    ReplayedAct.objects.filter(run_id__in=ids).delete()
    ReplayedRenewal.objects.filter(run_id__in=ids).delete()
    ReplayRun.objects.filter(id__in=ids).delete()
    return len(ids)


def rules_of(asked: Asked, frozen: Mapping[str, Any] | None = None) -> Rules:
    """Return what is replayed for what was asked; definitions that were kept with a run count as they were kept."""
    kept = frozen_of(asked) if frozen is None else frozen
    unchanged = configuration_of_the_time()
    scores = {kind: kept[kind]["definition"] for kind in ("health", "risk") if kind in kept}
    changed = changed_configuration(unchanged, asked, kept)
    return Rules(unchanged=unchanged, changed=changed, people=assignees(), **scores)


def span_of(asked: Asked, *, now: datetime) -> Span:
    """Return the instants of the days that were asked for, up to now at most."""
    first, last = (datetime.combine(day, time(), UTC) for day in (asked.first_on, asked.last_on))
    return Span(first=first, last=min(now, last + timedelta(days=1) - timedelta(microseconds=1)))


def _replay_next(run: ReplayRun, limit: int) -> Sequence[int]:
    asked = asked_from(run.asked)
    accounts = accounts_of(run, asked).filter(id__gt=run.cursor).order_by("id")
    ids = list(accounts.values_list("id", flat=True).distinct()[:limit])
    if ids:
        span = span_of(asked, now=run.ordered_at)
        found = replay_accounts(ids, rules_of(asked, run.frozen), span, now=run.ordered_at)
        _write(run, [each for each in found if each.recorded or each.before.acts or each.after.acts])
    return ids


def _write(run: ReplayRun, found: Sequence[Replayed]) -> None:
    shared = {"workspace_id": run.workspace_id, "run_id": run.id}
    insert_rows(ReplayedRenewal, [shared | renewal_row(each) for each in found])
    insert_rows(ReplayedAct, [shared | row for each in found for row in act_rows(each)])
