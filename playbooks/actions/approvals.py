"""Tend requests for approval with what only playbooks know: who is away today, and who stands in."""

from datetime import datetime

from offers.actions.approvals import tend_requests
from playbooks.queries.workload import standing_in
from renewals.core.actors import Actor


def tend_approvals(*, by: Actor, now: datetime) -> int:
    """Escalate what nobody answered in time or nobody can answer today; returns how many steps."""
    return tend_requests(away=standing_in(today=now.date()), by=by, now=now)
