"""Order, work on, cancel and forget replays. It writes what a replay found, and nothing else; it has no channel.

A worker replays some accounts, writes what came of them and moves the cursor, all in one transaction: killed at any
time, it goes on where it was, and the same run gives the same rows.
"""

from collections.abc import Mapping, Sequence
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
from renewals.actions.ordered_runs import Keeping, Worked, cancel_run, check_room, forget_runs, work_run
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.core.roles import Member

CHUNK = 100
KEEPING = Keeping(days=90, runs=40)
MOST_RUNNING = 3


@transaction.atomic
def order_replay(*, asked: Asked, member: Member, by: Actor, now: datetime) -> ReplayRun:
    """Begin a replay for a worker to do. Raises InvalidInput for what cannot be replayed, naming every remedy."""
    check_asked(asked, today=now.date())
    total = chosen_accounts(asked, member).count()
    if not total:
        raise InvalidInput("There is no account of yours among those.", where="chosen", remedy="Choose others.")
    check_room(ReplayRun, most=MOST_RUNNING, noun="replays", where="replay")
    return ReplayRun.objects.create(
        workspace_id=by.workspace_id,
        asked=asked.table(),
        frozen=frozen_of(asked),
        ordered_by_id=by.id,
        ordered_at=now,
        recorded_from=recorded_from(),
        total=total,
    )


def cancel_replay(*, run_id: int, by: Actor, now: datetime) -> ReplayRun:
    """Stop a replay, as `cancel_run` does."""
    return cancel_run(model=ReplayRun, run_id=run_id, noun="replay", by=by, now=now)


def work_replay(*, by: Actor, now: datetime, limit: int = CHUNK) -> Worked:
    """Replay the next accounts of the oldest run, as `work_run` does."""
    return work_run(ReplayRun, _replay_next, now=now, limit=limit)


def forget_old_replays(*, now: datetime) -> int:
    """Drop replays that ended a season ago, and all but the newest forty; returns how many."""
    return forget_runs(ReplayRun, [ReplayedAct, ReplayedRenewal], keeping=KEEPING, now=now)


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
