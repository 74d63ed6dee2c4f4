"""Take due steps under a lease, in a short transaction of its own, so that a step that kills its worker is counted.

Due is told by `perennial_now()`, leases by PostgreSQL's real clock; no worker's clock is read.
"""

from dataclasses import dataclass

from django.db import connection

from playbooks.actions.limits import IS_FREE, EngineLimits
from playbooks.queries.plans import join_as_written

# A step that somebody left unfinished is a suspect: it is claimed alone, so that it can take no other step with it.
# Its count grows only if others finished rounds meanwhile: a stall of everybody proves nothing about one step.
CLAIM = f"""
WITH due AS (
    SELECT id, state AS was, claims, claimed_at FROM playbooks_steprun AS q
    WHERE workspace_id = %(workspace)s AND state IN ('scheduled', 'claimed') AND due_at <= perennial_now()
      AND {IS_FREE.format(row="q")} AND (claims > 0) = %(suspects)s
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE playbooks_steprun AS s
SET state = 'claimed', lease_owner = %(worker)s, fence = s.fence + 1, claimed_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    claims = due.claims + (due.was = 'scheduled' OR EXISTS (
        SELECT 1 FROM playbooks_enginepulse AS p WHERE p.finished_at BETWEEN due.claimed_at AND clock_timestamp()
    ))::int
FROM due WHERE s.id = due.id
RETURNING s.id, s.fence, s.claims, s.enrolment_id, due.was = 'claimed', s.claims > due.claims
"""

LIMITS = """
SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),
       set_config('idle_in_transaction_session_timeout', %s, true)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedStep:
    """A step this worker holds. `unfinished` claims before this one never ended; `was_taken_over` from a dead lease."""

    step_run_id: int
    fence: int
    unfinished: int
    enrolment_id: int
    was_taken_over: bool
    others_progress: bool


def claim_steps(
    *, workspace_id: int, worker: str, limits: EngineLimits, suspects: bool = False
) -> tuple[ClaimedStep, ...]:
    """Claim due steps of the workspace this transaction is in: a chunk of fresh ones, or one suspect."""
    values = {
        "workspace": workspace_id,
        "worker": worker,
        "lease": limits.lease_seconds,
        "limit": 1 if suspects else limits.steps_per_claim,
        "suspects": suspects,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        rows = cursor.fetchall()
    return tuple(
        ClaimedStep(
            step_run_id=step,
            fence=fence,
            unfinished=claims - 1,
            enrolment_id=enrolment,
            was_taken_over=taken,
            others_progress=progress,
        )
        for step, fence, claims, enrolment, taken, progress in sorted(rows)
    )


def bound_transaction(limits: EngineLimits) -> None:
    """Give this transaction time-outs, so that a frozen worker's locks end before others have to wait for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            LIMITS, [str(limits.statement_timeout_ms), str(limits.lock_timeout_ms), str(limits.idle_timeout_ms)]
        )
    join_as_written()
