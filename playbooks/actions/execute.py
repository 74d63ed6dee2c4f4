"""Execute claimed steps: effect, end of the step, next step and log entry commit together or not at all.

Whoever lost the lease finds a higher fence and commits nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.calling_off import call_off_messages
from playbooks.actions.claim import ClaimedStep, bound_transaction
from playbooks.actions.failpoints import pass_point
from playbooks.actions.kind_effects import settle_silence, update_fields, write_webhooks
from playbooks.actions.limits import EngineLimits
from playbooks.actions.outcomes import StepOutcome, decide_outcome, park
from playbooks.core.facts import Reason, reason
from playbooks.core.retry import POISON_CLAIMS, is_poison
from playbooks.core.states import StepRunState
from playbooks.models import Decision, Message, StepApproval, StepRun, Task
from playbooks.queries.assignees import Assignees, assignees
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases
from renewals.actions.sending import holds_pause

# Enrolments before their step runs, both in the order of their ids: everybody locks in this order.
LOCK_ENROLMENTS = """
SELECT e.id FROM playbooks_enrolment AS e WHERE e.id = ANY(%s::bigint[]) ORDER BY e.id FOR NO KEY UPDATE
"""
LOCK_STEPS = """
SELECT s.id, perennial_now() FROM playbooks_steprun AS s
JOIN unnest(%s::bigint[], %s::bigint[]) AS mine(id, fence) ON mine.id = s.id
WHERE s.fence = mine.fence AND s.state = 'claimed' ORDER BY s.id FOR UPDATE OF s
"""

END_STEPS = """
UPDATE playbooks_steprun AS s
SET state = r.state, due_at = r.due_at, done_at = r.done_at, reasons = r.reasons, chosen = r.chosen,
    claims = 0, failures = 0, lease_owner = '', lease_until = NULL
FROM json_to_recordset(%s) AS r(id bigint, fence bigint, state text, due_at timestamptz, done_at timestamptz,
    reasons jsonb, chosen text)
WHERE s.id = r.id AND s.fence = r.fence AND s.state = 'claimed'
"""

MOVE_STEPS = """
UPDATE playbooks_steprun AS s
SET step_key = r.step_key, kind = r.kind, version_id = r.version_id, due_at = r.due_at, planned_at = r.planned_at,
    due_local_on = r.due_local_on, due_local_at = r.due_local_at, due_zone = r.due_zone,
    input_snapshot = r.input_snapshot
FROM json_to_recordset(%s) AS r(id bigint, step_key text, kind text, version_id bigint, due_at timestamptz,
    planned_at timestamptz, due_local_on date, due_local_at time, due_zone text, input_snapshot jsonb)
WHERE s.id = r.id
"""

KEEP_DATES = """
UPDATE playbooks_enrolment AS e SET planned_for = r.planned_for, updated_at = %s
FROM json_to_recordset(%s) AS r(id bigint, planned_for jsonb) WHERE e.id = r.id
"""

KEEP_GOALS = """
UPDATE playbooks_enrolment AS e SET goal_met_at = %s, goal_version = r.goal_version, updated_at = %s
FROM json_to_recordset(%s) AS r(id bigint, goal_version text) WHERE e.id = r.id AND e.goal_met_at IS NULL
"""

END_ENROLMENTS = """
UPDATE playbooks_enrolment AS e
SET state = r.state, ended_reason = r.reason, updated_at = %(now)s,
    ended_at = CASE WHEN r.state = 'parked' THEN NULL ELSE %(now)s::timestamptz END
FROM json_to_recordset(%(rows)s) AS r(id bigint, state text, reason text) WHERE e.id = r.id
"""

DROP_OPEN_WORK = """
WITH gone AS (SELECT unnest(%(ids)s::bigint[]) AS id),
asked AS (
    UPDATE playbooks_stepapproval AS p SET state = 'withdrawn', version = p.version + 1, decided_at = %(now)s,
        decided_by = 'the end of the playbook'
    FROM gone WHERE p.enrolment_id = gone.id AND p.state = 'pending' RETURNING 1
)
UPDATE playbooks_task AS t SET state = 'cancelled', ended_reason = 'enrolment_ended', updated_at = %(now)s
FROM gone WHERE t.enrolment_id = gone.id AND t.state IN ('open', 'snoozed')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """How a chunk went: steps ended or put off, lost to another worker, follow-on steps that were there already."""

    ended: int
    fenced: int
    repeated: int


def execute_steps(claimed: Sequence[ClaimedStep], *, limits: EngineLimits) -> Executed:
    """Execute a chunk inside the transaction of the caller, which is in the workspace. All of it commits or none."""
    bound_transaction(limits)
    held = _lock(claimed)
    if not held:
        return Executed(ended=0, fenced=len(claimed), repeated=0)
    now = held[0][1]
    poison = {step.step_run_id for step in claimed if is_poison(step.unfinished, others_progress=step.others_progress)}
    people = assignees()
    cases = _load([step for step, _ in held], now=now)
    outcomes = [_decide(case, people, is_stuck=case.step_run_id in poison, now=now) for case in cases]
    repeated = apply_outcomes(outcomes, now=now)
    pass_point("step_effect_written")
    return Executed(ended=len(outcomes), fenced=len(claimed) - len(held), repeated=repeated)


def apply_outcomes(outcomes: Sequence[StepOutcome], *, now: datetime) -> int:
    """Write all rows of these outcomes; returns how many follow-on steps were already there."""
    outcomes = settle_silence(write_webhooks(update_fields(_write_messages(outcomes), now=now), now=now), now=now)
    insert_rows(Task, [item.task for item in outcomes if item.task], ignore_conflicts=True)
    insert_rows(StepApproval, [item.approval for item in outcomes if item.approval], ignore_conflicts=True)
    _execute(END_STEPS, [as_json([item.update_row(now=now) for item in outcomes])])
    _move(outcomes, now=now)
    following = [row for item in outcomes for row in item.following]
    new = insert_rows(StepRun, following, ignore_conflicts=True)
    _keep_goals(outcomes, now=now)
    _end_enrolments(outcomes, now=now)
    insert_rows(Decision, [row for item in outcomes for row in item.log], ignore_conflicts=True)
    return len(following) - len(new)


def drop_open_work(enrolment_ids: Sequence[int], why: Reason, *, now: datetime) -> None:
    """Cancel what an ended enrolment had open: drafts, waiting messages, tasks. What is being sent is let go.

    Tasks come first, so that the task of a message in doubt is left.
    """
    _execute(DROP_OPEN_WORK, {"ids": list(enrolment_ids), "now": now})
    call_off_messages(Message.objects.filter(enrolment_id__in=enrolment_ids, calendar_method=""), why, now=now)


def _load(step_run_ids: list[int], *, now: datetime) -> tuple[StepCase, ...]:
    """Read the cases; where sending is paused, whoever resumes waits for what is put off here, or all is read again."""
    cases = load_step_cases(step_run_ids, now=now)
    if cases and cases[0].facts.is_sending_paused and not holds_pause(workspace_id=cases[0].facts.workspace_id):
        return load_step_cases(step_run_ids, now=now)
    return cases


def _decide(case: StepCase, people: Assignees, *, is_stuck: bool, now: datetime) -> StepOutcome:
    if is_stuck:
        return park(case, reason("unfinished_claims", claims=POISON_CLAIMS), people, now=now)
    return decide_outcome(case, people, now=now)


def _lock(claimed: Sequence[ClaimedStep]) -> list[tuple[int, datetime]]:
    """Return the steps still ours, each with the one instant this chunk is judged by."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ENROLMENTS, [sorted({step.enrolment_id for step in claimed})])
        cursor.execute(LOCK_STEPS, [[step.step_run_id for step in claimed], [step.fence for step in claimed]])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _write_messages(outcomes: Sequence[StepOutcome]) -> list[StepOutcome]:
    """Insert the messages; a step whose message exists already under another enrolment is skipped instead (I3)."""
    wanted = [item.message for item in outcomes if item.message]
    written = set(insert_rows(Message, wanted, returning="step_run_id", ignore_conflicts=True))
    if len(written) == len(wanted):
        return list(outcomes)
    why = reason("same_message_exists")
    return [
        replace(item, message=None, state=StepRunState.SKIPPED, reasons=(*item.reasons, why))
        if item.message and item.case.step_run_id not in written
        else item
        for item in outcomes
    ]


def _move(outcomes: Sequence[StepOutcome], *, now: datetime) -> None:
    moved = [(item, item.moved) for item in outcomes if item.moved]
    if moved:
        _execute(MOVE_STEPS, [as_json([row | {"id": item.case.step_run_id} for item, row in moved])])
        kept = [{"id": item.case.enrolment_id, "planned_for": row["planned_for"]} for item, row in moved]
        _execute(KEEP_DATES, [now, as_json(kept)])


def _keep_goals(outcomes: Sequence[StepOutcome], *, now: datetime) -> None:
    met = [item.goal for item in outcomes if item.goal]
    if met:
        _execute(KEEP_GOALS, [now, now, as_json(met)])


def _end_enrolments(outcomes: Sequence[StepOutcome], *, now: datetime) -> None:
    ended = [item for item in outcomes if item.ended_state]
    if not ended:
        return
    rows = [{"id": item.case.enrolment_id, "state": item.ended_state, "reason": item.ended_reason} for item in ended]
    _execute(END_ENROLMENTS, {"rows": as_json(rows), "now": now})
    left = [item.case.enrolment_id for item in ended if item.ended_state == "exited"]
    if left:
        drop_open_work(left, reason("enrolment_ended"), now=now)


def _execute(sql: str, values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
