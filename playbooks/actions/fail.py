"""A step that raises: put off longer each time, and set aside for a person after five. Nothing of it is deleted."""

from datetime import datetime

from django.db import connection

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.claim import ClaimedStep
from playbooks.actions.step_rows import shown
from playbooks.core.facts import reason
from playbooks.core.keys import decision_key
from playbooks.core.retry import POISON_CLAIMS, backoff_delay
from playbooks.models import Decision, Enrolment, StepRun, Task
from renewals.core.actors import Actor

LOCK = "SELECT perennial_now() FROM playbooks_enrolment WHERE id = %s FOR NO KEY UPDATE"

FAIL = """
UPDATE playbooks_steprun SET state = %(state)s, due_at = coalesce(%(due_at)s, due_at), done_at = %(done_at)s,
    failures = failures + 1, claims = 0, lease_owner = '', lease_until = NULL, reasons = %(reasons)s::jsonb
WHERE id = %(id)s AND fence = %(fence)s AND state = 'claimed'
"""


def fail_step(*, step: ClaimedStep, error: Exception, fraction: float, by: Actor) -> bool:
    """Put the step off, or park it with a task for the renewal's owner. False if another worker holds it by now."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [step.enrolment_id])
        now: datetime = cursor.fetchone()[0]
    run = StepRun.objects.select_related("enrolment__renewal").get(id=step.step_run_id)
    times = run.failures + 1
    is_over = times >= POISON_CLAIMS
    why = reason("failed", error=type(error).__name__, message=str(error)[:300], times=times)
    values = {
        "id": run.id,
        "fence": step.fence,
        "state": "parked" if is_over else "scheduled",
        "due_at": None if is_over else now + backoff_delay(times, fraction=fraction),
        "done_at": now if is_over else None,
        "reasons": as_json(shown((why,))),
    }
    with connection.cursor() as cursor:
        cursor.execute(FAIL, values)
        is_ours = cursor.rowcount == 1
    if is_ours and is_over:
        _hand_to_person(run, shown((why,)), by=by, now=now)
    return is_ours


def _hand_to_person(run: StepRun, why: list[dict[str, object]], *, by: Actor, now: datetime) -> None:
    enrolment: Enrolment = run.enrolment
    Enrolment.objects.filter(id=enrolment.id).update(state="parked", updated_at=now)
    about = {
        "workspace_id": by.workspace_id,
        "account_id": enrolment.account_id,
        "renewal_id": enrolment.renewal_id,
        "enrolment_id": enrolment.id,
    }
    task = about | {
        "origin_key": f"stuck:{run.id}",
        "assignee_id": enrolment.renewal.owner_id,
        "title": f"Stuck: step {run.step_key}",
        "why": why,
        "due_on": now.date(),
        "created_at": now,
        "updated_at": now,
    }
    insert_rows(Task, [task], ignore_conflicts=True)
    decision = about | {
        "key": decision_key("stuck", by.workspace_id, run.id, run.fence),
        "kind": "step",
        "verdict": "parked",
        "step_key": run.step_key,
        "rule_version": f"version {enrolment.version_id}",
        "reasons": why,
        "decided_at": now,
    }
    insert_rows(Decision, [decision], ignore_conflicts=True)
