"""Celery's entrances of signals. Each reads the clock once per workspace and carries no data.

What breaks in one workspace is logged and stops no other.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from celery import shared_task
from django.db import DatabaseError, connection

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids
from signals.actions.forecast.sweep import tend_forecast
from signals.actions.honesty import report_honesty
from signals.actions.imports.sweep import run_due_imports
from signals.actions.intake import drop_old_months, ensure_months_ahead
from signals.actions.intake.unmatched import settle_unmatched
from signals.actions.learned.sweep import run_due_training, tend_risk_models
from signals.actions.people import tend_people
from signals.actions.scores import mark_next, mark_outdated, refresh_scores, work_preview
from signals.actions.scores.refresh import CHUNK
from signals.actions.scores.tiers import derive_expired
from signals.actions.snapshots import sweep_snapshots
from signals.actions.sources.pulls import run_due_pulls
from signals.actions.sources.settle import MOST_AT_ONCE, settle_deliveries
from signals.actions.sources.tend import tend_sources
from signals.actions.tones import learn_tones

logger = logging.getLogger(__name__)
MOST_CHUNKS = 60


def _everywhere(work: Callable[[int], object]) -> None:
    """Do the work in every active workspace; one that breaks is logged, and the next one has its turn."""
    for workspace_id in active_workspace_ids():
        try:
            work(workspace_id)
        except Exception as error:
            if isinstance(error, DatabaseError):
                connection.close()
            logger.exception("Work failed in one workspace", extra={"workspace_id": workspace_id})


@shared_task(name="signals.refresh_changed", ignore_result=True, expires=5)
def refresh_changed() -> None:
    """Score the accounts whose signals have changed, chunk by chunk; several workers share them."""
    _everywhere(_refresh_workspace)


@shared_task(name="signals.mark_outdated", ignore_result=True, expires=5)
def mark_outdated_accounts() -> None:
    """Mark accounts never scored, or last scored on an earlier day; make the months ahead; end what has run out."""
    _everywhere(_prepare_workspace)


@shared_task(name="signals.tend_months", ignore_result=True, expires=60)
def tend_months() -> None:
    """Make the months of signals ahead; drop those that no workspace keeps any more."""
    ensure_months_ahead(now=database_now())
    drop_old_months()


@shared_task(name="signals.run_imports", ignore_result=True, expires=5)
def run_imports() -> None:
    """Preview and import the uploads that wait."""
    _everywhere(_run_imports)


@shared_task(name="signals.take_snapshots", ignore_result=True, expires=5)
def take_snapshots() -> None:
    """Look at the renewals whose horizon has come, and label those whose end is known by now."""
    _everywhere(_take_snapshots)


@shared_task(name="signals.settle_deliveries", ignore_result=True, expires=5)
def settle_waiting_deliveries() -> None:
    """Read the messages that other systems have sent."""
    _everywhere(_settle_workspace)


@shared_task(name="signals.settle_unmatched", ignore_result=True, expires=5)
def settle_unmatched_signals() -> None:
    """Let held signals enter whose account has been imported meanwhile."""
    _everywhere(lambda workspace_id: _inside(workspace_id, _let_enter))


@shared_task(name="signals.run_pulls", ignore_result=True, expires=5)
def run_pulls() -> None:
    """Fetch from the sources that are due; several workers share them by leases."""
    _everywhere(_run_pulls)


@shared_task(name="signals.learn_tones", ignore_result=True, expires=60)
def learn_from_corrections() -> None:
    """Learn the tone of texts from people's corrections, where there are enough new ones."""
    _everywhere(lambda workspace_id: _inside(workspace_id, _learn))


def _learn(actor: Actor) -> int:
    return 0 if learn_tones(by=actor, now=database_now()) is None else 1


@shared_task(name="signals.tend_sources", ignore_result=True, expires=5)
def tend_all_sources() -> None:
    """Count signals by day; forget raw messages that are old."""
    _everywhere(lambda workspace_id: _inside(workspace_id, _tend))


@shared_task(name="signals.tend_models", ignore_result=True, expires=5)
def tend_models() -> None:
    """Write down what models foretell, watch them, and order the trainings that the calendar or an alarm asks for."""
    _everywhere(_tend_models)


@shared_task(name="signals.train_due", ignore_result=True, expires=5, time_limit=3600)
def train_due() -> None:
    """Train where it was ordered; the lease of the order keeps a second worker away."""
    _everywhere(_train)


def _tend(actor: Actor) -> int:
    return tend_sources(workspace_id=actor.workspace_id, by=actor, now=database_now())


def _settle_workspace(workspace_id: int) -> None:
    for _ in range(MOST_CHUNKS):
        if _inside(workspace_id, _settle) < MOST_AT_ONCE:
            return


def _settle(actor: Actor) -> int:
    return settle_deliveries(workspace_id=actor.workspace_id, by=actor, now=database_now())


def _let_enter(actor: Actor) -> int:
    return settle_unmatched(workspace_id=actor.workspace_id, by=actor, now=database_now())


@shared_task(name="signals.tend_scores", ignore_result=True, expires=5)
def tend_scores() -> None:
    """Mark accounts for newly published rules, work on previews of drafts, end and judge what people said."""
    _everywhere(_tend_workspace)


def _tend_workspace(workspace_id: int) -> None:
    def call(work: Callable[..., int]) -> int:
        return _inside(workspace_id, lambda actor: work(workspace_id=workspace_id, by=actor, now=database_now()))

    call(tend_people)
    for work in (mark_next, work_preview):
        # Chunk by chunk, each in a transaction of its own; 0 means that nothing is left.
        any(call(work) == 0 for _ in range(MOST_CHUNKS))


@shared_task(name="signals.report_honesty", ignore_result=True, expires=60)
def report_honesty_weekly() -> None:
    """Make the honesty reports of the week where they are not made yet."""
    _everywhere(lambda workspace_id: _inside(workspace_id, _report))


@shared_task(name="signals.tend_forecast", ignore_result=True, expires=5)
def tend_forecasts() -> None:
    """Freeze the calls that are due; draw forecasts whose inputs have changed, and the scenarios that wait."""
    _everywhere(_tend_forecast)


def _tend_forecast(workspace_id: int) -> None:
    by = system_actor(workspace_id, "forecast")
    tend_forecast(workspace_id=workspace_id, by=by, now=_now(workspace_id), clock=partial(_now, workspace_id))


def _refresh_workspace(workspace_id: int) -> None:
    for _ in range(MOST_CHUNKS):
        claimed = _inside(
            workspace_id, lambda actor: refresh_scores(workspace_id=workspace_id, by=actor, now=database_now()).claimed
        )
        if claimed < CHUNK:
            return


def _prepare_workspace(workspace_id: int) -> None:
    _inside(workspace_id, lambda actor: _prepare(workspace_id, actor))


def _prepare(workspace_id: int, actor: Actor) -> int:
    now = database_now()
    derive_expired(workspace_id=workspace_id, by=actor, now=now)
    return mark_outdated(workspace_id=workspace_id, by=actor, now=now)


def _run_imports(workspace_id: int) -> None:
    run_due_imports(workspace_id=workspace_id, by=system_actor(workspace_id, "imports"), now=_now(workspace_id))


def _take_snapshots(workspace_id: int) -> None:
    by = system_actor(workspace_id, "snapshots")
    sweep_snapshots(workspace_id=workspace_id, by=by, now=_now(workspace_id))


def _run_pulls(workspace_id: int) -> None:
    by = system_actor(workspace_id, "pulls")
    run_due_pulls(workspace_id=workspace_id, by=by, now=_now(workspace_id), clock=database_now)


def _tend_models(workspace_id: int) -> None:
    by = system_actor(workspace_id, "models")
    tend_risk_models(workspace_id=workspace_id, by=by, now=_now(workspace_id))


def _train(workspace_id: int) -> None:
    by = system_actor(workspace_id, "training")
    run_due_training(workspace_id=workspace_id, by=by, now=_now(workspace_id), clock=partial(_now, workspace_id))


def _report(actor: Actor) -> int:
    return report_honesty(workspace_id=actor.workspace_id, by=actor, now=database_now())


def _now(workspace_id: int) -> datetime:
    with in_workspace(workspace_id, by=system_actor(workspace_id, "imports"), why="read the clock"):
        return database_now()


def _inside(workspace_id: int, work: Callable[[Actor], int]) -> int:
    actor = system_actor(workspace_id, "scores")
    with in_workspace(workspace_id, by=actor, why="signals"):
        return work(actor)
