"""Plan open steps again when a contract's dates were moved: old to new is kept, what is behind is never repeated."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from playbooks.actions.execute import apply_outcomes
from playbooks.actions.outcomes import move_with_contract
from playbooks.models import StepRun
from playbooks.queries.case_facts import StepCase, contract_dates
from playbooks.queries.cases import load_step_cases
from renewals.core.actors import Actor

# A cheap first look: the dates kept with the plan against those of the renewal and its live term.
MOVED = """
SELECT s.id FROM playbooks_enrolment AS e
JOIN playbooks_steprun AS s ON s.workspace_id = e.workspace_id AND s.enrolment_id = e.id
JOIN renewals_renewal AS r ON r.workspace_id = e.workspace_id AND r.id = e.renewal_id
LEFT JOIN renewals_termversion AS t ON t.workspace_id = r.workspace_id AND t.contract_id = r.contract_id
    AND t.number = r.term_number AND t.superseded_at IS NULL
WHERE e.state IN ('active', 'paused') AND s.state = 'scheduled' AND r.closed_on IS NULL AND (
    e.planned_for ->> 'renewal_on' IS DISTINCT FROM r.due_on::text
    OR e.planned_for ->> 'notice_on' IS DISTINCT FROM r.notice_on::text
    OR (t.starts_on IS NOT NULL AND e.planned_for ->> 'term_starts_on' IS DISTINCT FROM t.starts_on::text))
  AND (%(renewal)s::bigint IS NULL OR r.id = %(renewal)s)
ORDER BY s.id LIMIT 500
"""

# The same order of locks as everywhere: enrolment, then step. The fence refuses whoever claims it meanwhile.
TAKE = """
WITH held AS (
    SELECT e.id FROM playbooks_enrolment AS e
    WHERE e.id IN (SELECT enrolment_id FROM playbooks_steprun WHERE id = ANY(%(ids)s)) ORDER BY e.id FOR NO KEY UPDATE
)
UPDATE playbooks_steprun SET state = 'claimed', fence = fence + 1, lease_until = clock_timestamp()
WHERE id = ANY(%(ids)s) AND state = 'scheduled' AND enrolment_id IN (SELECT id FROM held) RETURNING id
"""


OPEN_AT = """
SELECT s.id FROM playbooks_enrolment AS e
JOIN playbooks_steprun AS s ON s.workspace_id = e.workspace_id AND s.enrolment_id = e.id
WHERE e.account_id = %s AND e.state IN ('active', 'paused') AND s.state = 'scheduled' ORDER BY s.id
"""


def replan_moved(*, by: Actor, now: datetime, renewal_id: int | None = None) -> int:
    """Plan the open steps of moved contracts again, of one renewal or of all; returns how many enrolments moved.

    An executing step notices a moved contract by itself; this sweep is for steps whose new date is earlier.
    """
    with transaction.atomic():
        cases = _taken(MOVED, {"renewal": renewal_id}, now=now)
        return _replan(cases, [case for case in cases if case.planned_for != contract_dates(case.plan)], now=now)


def replan_account(*, account_id: int, by: Actor, now: datetime) -> int:
    """Plan every open step of an account again, because a pause began or ended; returns how many were looked at."""
    with transaction.atomic():
        cases = _taken(OPEN_AT, [account_id], now=now)
        return _replan(cases, cases, now=now)


def _taken(sql: str, values: dict[str, object] | list[object], *, now: datetime) -> tuple[StepCase, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return ()
        cursor.execute(TAKE, {"ids": ids})
        taken = [row[0] for row in cursor.fetchall()]
    return load_step_cases(taken, now=now)


def _replan(taken: Sequence[StepCase], moving: Sequence[StepCase], *, now: datetime) -> int:
    """Write the new plan of those that move and put the others back as they were."""
    outcomes = [move_with_contract(case, now=now) for case in moving]
    apply_outcomes(outcomes, now=now)
    still = {case.step_run_id for case in taken} - {item.case.step_run_id for item in outcomes}
    StepRun.objects.filter(id__in=still).update(state="scheduled", lease_until=None)
    return len(outcomes)
