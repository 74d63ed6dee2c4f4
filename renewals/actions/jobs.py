"""Long work that may be left and found again: started, moved on, ended. Each step is its own short write."""

from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.text import check_line
from renewals.models import Job


@transaction.atomic
def start_job(*, kind: str, title: str, total: int | None, by: Actor, now: datetime) -> Job:
    """Return a new running job; `total` None: its length is not known."""
    return Job.objects.create(
        workspace_id=by.workspace_id,
        kind=kind,
        title=check_line(title, label="Title", is_required=True),
        state=Job.State.RUNNING,
        total=total,
        created_by_id=by.id if by.kind == "person" else None,
        created_at=now,
        heartbeat_at=now,
    )


@transaction.atomic
def advance_job(*, job_id: int, done: int, by: Actor, now: datetime) -> bool:
    """Note how far a running job is and that it lives; False when it has ended, so that late news change nothing."""
    running = Job.objects.filter(id=job_id, state=Job.State.RUNNING)
    return bool(running.update(done=done, heartbeat_at=now))


@transaction.atomic
def finish_job(*, job_id: int, report: dict[str, Any], by: Actor, now: datetime) -> bool:
    """End a running job with its report; False when it had ended before."""
    running = Job.objects.filter(id=job_id, state__in=[Job.State.RUNNING, Job.State.WAITING])
    return bool(running.update(state=Job.State.DONE, report=report, heartbeat_at=now, finished_at=now))


@transaction.atomic
def fail_job(*, job_id: int, report: dict[str, Any], by: Actor, now: datetime) -> bool:
    """End a job as failed with what went wrong and what to do; False when it had ended before."""
    running = Job.objects.filter(id=job_id, state__in=[Job.State.RUNNING, Job.State.WAITING])
    return bool(running.update(state=Job.State.FAILED, report=report, heartbeat_at=now, finished_at=now))
