"""Let steps that wait for a fact be looked at as soon as a fact of their account changed.

The engine's own look each hour or day stays as the net below: what is missed here is late, never lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from playbooks.actions.outcomes import WAITS_FOR_FACTS, decide_outcome
from playbooks.core.clock_jump import read_from
from playbooks.core.states import StepRunState
from playbooks.models import StepRun, TriggerMark
from playbooks.queries.assignees import assignees
from playbooks.queries.cases import load_step_cases
from renewals.core.actors import Actor

MARK = "facts"
OVERLAP = timedelta(minutes=2)
"""What committed late is seen all the same; a step that would go on waiting is not touched by being seen twice."""
LONGEST_WAIT = timedelta(days=1)
CHUNK = 500

# Where facts come from: table, its key, whose key that is, and when a row was written.
RECORDED = (
    ("signals_currentscore", "account_id", "scored_at"),
    ("signals_currentrisk", "renewal_id", "scored_at"),
    ("signals_scoreoverride", "account_id", "starts_at"),
    ("signals_scoreoverride", "account_id", "ended_at"),
    ("renewals_renewal", "id", "updated_at"),
    ("renewals_contact", "account_id", "updated_at"),
    ("renewals_contactroleevent", "account_id", "pgh_created_at"),
    ("renewals_accountsponsor", "account_id", "created_at"),
    ("renewals_touchpoint", "account_id", "recorded_at"),
    ("renewals_milestoneevent", "account_id", "pgh_created_at"),
    ("playbooks_task", "account_id", "updated_at"),
    ("playbooks_stepanswer", "enrolment_id", "answered_at"),
)
OF_ENROLMENT = {
    "account_id": "e.account_id",
    "renewal_id": "e.renewal_id",
    "id": "e.renewal_id",
    "enrolment_id": "e.id",
}
IS_NEWS = " OR ".join(
    f"EXISTS (SELECT FROM {table} WHERE workspace_id = e.workspace_id AND {key} = {OF_ENROLMENT[key]} "
    f"AND {written_at} > %(since)s)"
    for table, key, written_at in RECORDED
)
# From the steps that wait, not from all that changed: few wait, while each night everything is scored anew.
HELD = f"""
SELECT s.id FROM playbooks_steprun AS s
JOIN LATERAL (SELECT * FROM playbooks_enrolment WHERE id = s.enrolment_id OFFSET 0) AS e ON true
JOIN LATERAL (SELECT updated_at FROM renewals_account WHERE id = e.account_id OFFSET 0) AS a ON true
WHERE s.state = 'scheduled' AND s.due_at > %(now)s AND s.due_at <= %(last)s AND s.reasons <> '[]'
  AND EXISTS (SELECT FROM jsonb_array_elements(s.reasons) AS why WHERE why ->> 'code' = ANY(%(codes)s))
  AND (a.updated_at > %(since)s OR {IS_NEWS})
ORDER BY s.id
"""


def wake_informed(*, by: Actor, now: datetime) -> int:
    """Make those waiting steps due now that would go on with what was recorded since the last sweep; returns how many.

    The engine's own decision says so, and decides again when it acts. The first sweep of a workspace sets its mark.
    """
    with transaction.atomic():
        start = {"seen_until_at": now}
        TriggerMark.objects.get_or_create(workspace_id=by.workspace_id, name=MARK, defaults=start)
        mark = TriggerMark.objects.select_for_update().get(name=MARK)
        since = read_from(mark.seen_until_at, overlap=OVERLAP, now=now)
        held = _held_since(since, now=now)
        woken = sum(_wake(held[start : start + CHUNK], now=now) for start in range(0, len(held), CHUNK))
        mark.seen_until_at = max(since, now - OVERLAP)
        mark.save(update_fields=["seen_until_at"])
    return woken


def _held_since(since: datetime, *, now: datetime) -> list[int]:
    values = {"since": since, "now": now, "last": now + LONGEST_WAIT, "codes": list(WAITS_FOR_FACTS)}
    with connection.cursor() as cursor:
        cursor.execute(HELD, values)
        return [row[0] for row in cursor.fetchall()]


def _wake(step_run_ids: Sequence[int], *, now: datetime) -> int:
    people = assignees()
    ready = [
        case.step_run_id
        for case in load_step_cases(step_run_ids, now=now)
        if decide_outcome(case, people, now=now).state is not StepRunState.SCHEDULED
    ]
    waiting = StepRun.objects.filter(id__in=ready, state=StepRunState.SCHEDULED, due_at__gt=now).order_by("id")
    free = list(waiting.select_for_update(skip_locked=True).values_list("id", flat=True))
    return StepRun.objects.filter(id__in=free).update(due_at=now)
