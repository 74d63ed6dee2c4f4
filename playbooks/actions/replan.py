"""Plan open steps again when a contract's dates were moved: old to new is kept, what is behind is never repeated."""

from datetime import datetime

from django.db import connection, transaction

from playbooks.actions.execute import apply_outcomes
from playbooks.actions.outcomes import move_with_contract
from playbooks.models import StepRun
from playbooks.queries.case_facts import contract_dates
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


def replan_moved(*, by: Actor, now: datetime, renewal_id: int | None = None) -> int:
    """Plan the open steps of moved contracts again, of one renewal or of all; returns how many enrolments moved.

    An executing step notices a moved contract by itself; this sweep is for steps whose new date is earlier.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(MOVED, {"renewal": renewal_id})
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return 0
            cursor.execute(TAKE, {"ids": ids})
            taken = [row[0] for row in cursor.fetchall()]
        cases = load_step_cases(taken, now=now)
        outcomes = [
            move_with_contract(case, now=now) for case in cases if case.planned_for != contract_dates(case.plan)
        ]
        apply_outcomes(outcomes, now=now)
        still = set(taken) - {item.case.step_run_id for item in outcomes}
        StepRun.objects.filter(id__in=still).update(state="scheduled", lease_until=None)
        return len(outcomes)
