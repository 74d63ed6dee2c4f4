"""Work on, cancel and forget runs that were ordered, whatever they find; the apps say what one part of theirs does.

A part and the cursor move in one transaction: killed at any time, a run goes on where it was.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError, UnknownReference
from renewals.models.ordered import OrderedRun

log = logging.getLogger(__name__)
State = OrderedRun.State
Run = TypeVar("Run", bound=OrderedRun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How many rows one part of the work did; `is_over` when nothing waits any more."""

    rows: int
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long runs that are over are kept, and how many of them at most."""

    days: int
    runs: int


def check_room(model: type[OrderedRun], *, most: int, noun: str, where: str) -> None:
    """Raise InvalidInput while as many runs are under way as may be at once."""
    if model.objects.filter(state=State.RUNNING).count() >= most:
        raise InvalidInput(f"{most} {noun} are under way.", where=where, remedy="Wait, or cancel one.")


@transaction.atomic
def cancel_run(*, model: type[Run], run_id: int, noun: str, by: Actor, now: datetime) -> Run:
    """Stop a run; what it found so far stays. One that is over stays as it ended. Raises UnknownReference."""
    run = model.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise UnknownReference(f"There is no {noun} {run_id} here.", where=noun)
    if run.state == State.RUNNING:
        run.state, run.finished_at, run.ended_by = State.CANCELLED, now, by.label[:150]
        run.save()
    return run


@transaction.atomic
def work_run(model: type[Run], part: Callable[[Run, int], Sequence[int]], *, now: datetime, limit: int) -> Worked:
    """Do the next part of the oldest run; a run that breaks says so and leaves the others alone.

    `part` does up to `limit` rows after the run's cursor and returns their ids in order; fewer of them end the run.
    """
    waiting = model.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=State.RUNNING)
    run = waiting.order_by("id").first()
    if run is None:
        return Worked(rows=0, is_over=True)
    ids: Sequence[int] = ()
    try:
        with transaction.atomic():
            ids = part(run, limit)
    except Exception as problem:  # whatever is wrong is said on the page
        log.exception("A run failed.", extra={"table": model._meta.db_table, "run": run.id})
        words = str(problem) if isinstance(problem, NamedError) else f"{type(problem).__name__}: {problem}"
        run.state, run.finished_at, run.error = State.FAILED, now, words[:300]
    else:
        run.done, run.beat_at = run.done + len(ids), now
        run.cursor = ids[-1] if ids else run.cursor
        if len(ids) < limit:
            run.state, run.finished_at, run.total = State.DONE, now, run.done
    run.save()
    return Worked(rows=len(ids), is_over=False)


@transaction.atomic
def forget_runs(
    model: type[OrderedRun], found: Sequence[type[models.Model]], *, keeping: Keeping, now: datetime
) -> int:
    """Drop runs that ended long ago, and all but the newest, with the rows they `found`; returns how many."""
    over = model.objects.exclude(state=State.RUNNING)
    newest = over.order_by("-ordered_at", "-id").values_list("id", flat=True)[: keeping.runs]
    old = over.filter(finished_at__lt=now - timedelta(days=keeping.days)) | over.exclude(id__in=list(newest))
    ids = list(old.values_list("id", flat=True))
    for each in found:
        each.objects.filter(run_id__in=ids).delete()
    model.objects.filter(id__in=ids).delete()
    return len(ids)
