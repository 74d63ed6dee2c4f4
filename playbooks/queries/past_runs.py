"""The earlier runs of renewals in playbooks, as re-enrolment judges them."""

from collections import defaultdict
from collections.abc import Iterable

from playbooks.core.facts import PastRun
from playbooks.core.states import EnrolmentState
from playbooks.models import Enrolment

OPEN = (EnrolmentState.ACTIVE.value, EnrolmentState.PAUSED.value, EnrolmentState.PARKED.value)


def past_runs(renewal_ids: Iterable[int]) -> dict[int, tuple[PastRun, ...]]:
    """Return the runs of each renewal in the order they began, in one query."""
    found: dict[int, tuple[PastRun, ...]] = defaultdict(tuple)
    rows = Enrolment.objects.filter(renewal_id__in=list(renewal_ids)).order_by("started_at", "id")
    columns = ("renewal_id", "playbook__key", "occurrence", "round", "started_at", "state", "rearmed_at")
    for renewal, key, occurrence, number, started_at, state, rearmed_at in rows.values_list(*columns):
        run = PastRun(
            playbook_key=key,
            occurrence=occurrence,
            round=number,
            started_at=started_at,
            is_open=state in OPEN,
            is_rearmed=rearmed_at is not None,
        )
        found[renewal] = (*found[renewal], run)
    return dict(found)
