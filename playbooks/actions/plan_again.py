"""Plan the open steps of enrolments again after something about them changed, in the transaction of the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from playbooks.actions.execute import apply_outcomes
from playbooks.actions.outcomes import planned_again
from playbooks.core.facts import Reason
from playbooks.models import StepRun
from playbooks.queries.cases import load_step_cases

# The same order of locks as everywhere: enrolment, then step. The fence refuses whoever had claimed it meanwhile.
TAKE = """
WITH held AS (
    SELECT e.id FROM playbooks_enrolment AS e WHERE e.id = ANY(%(ids)s) ORDER BY e.id FOR NO KEY UPDATE
)
UPDATE playbooks_steprun SET state = 'claimed', fence = fence + 1, lease_until = clock_timestamp()
WHERE enrolment_id IN (SELECT id FROM held) AND state IN ('scheduled', 'claimed') RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Why the steps are planned again: the word of the log, the verdict, and reasons by enrolment."""

    kind: str
    verdict: str
    reasons: Mapping[int, tuple[Reason, ...]]


def plan_again(enrolment_ids: Sequence[int], change: Change, *, now: datetime) -> int:
    """Plan the open step of each enrolment anew and return how many had one; whoever had claimed it is refused."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"ids": list(enrolment_ids)})
        taken = [row[0] for row in cursor.fetchall()]
    cases = load_step_cases(taken, now=now)
    apply_outcomes(
        [
            planned_again(case, change.kind, change.verdict, change.reasons.get(case.enrolment_id, ()), now=now)
            for case in cases
        ],
        now=now,
    )
    StepRun.objects.filter(id__in=taken, state="claimed").update(state="scheduled", lease_until=None)
    return len(cases)
