"""Which renewals a simulation is about, which policy, and how long approvals took until then."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from offers.core.policy import Policy
from offers.core.policy.parse import checked_policy
from offers.core.simulation import AnsweredStep, Clock, SimulationAsked, clocks_of
from offers.core.simulation.clocks import queue_name
from offers.models import ApprovalRequest, ApprovalStep, PolicyVersion, Proposal, RuleDraft
from renewals.core.errors import UnknownReference
from renewals.core.renewals import OutcomeKind
from renewals.models import Renewal

ENDED = ("approved", "refused", "recalled", "overtaken")


def span_of(asked: SimulationAsked) -> tuple[datetime, datetime]:
    """Return the instants of the days that were asked for: from the first, before the second."""
    first, after = asked.first_on, asked.last_on + timedelta(days=1)
    return datetime.combine(first, time(), UTC), datetime.combine(after, time(), UTC)


def chosen_renewals(asked: SimulationAsked) -> QuerySet[Renewal]:
    """Return the renewals with a decided price in these days, and those closed in them without any proposal."""
    begins, ends = span_of(asked)
    within = {"ended_at__gte": begins, "ended_at__lt": ends}
    requested = Proposal.objects.filter(**{f"requests__{name}": value for name, value in within.items()})
    refused = Proposal.objects.filter(
        versions__verdict__outcome="refuse", versions__created_at__gte=begins, versions__created_at__lt=ends
    )
    proposed = Q(id__in=requested.values("renewal_id")) | Q(id__in=refused.values("renewal_id"))
    kept = Renewal.objects.filter(closed_on__gte=asked.first_on, closed_on__lte=asked.last_on, final_amount__gt=0)
    alone = kept.exclude(id__in=Proposal.objects.values("renewal_id")).exclude(outcomes__kind=OutcomeKind.CHURNED)
    return Renewal.objects.filter(proposed | Q(id__in=alone.values("id")))


def waiting_requests(asked: SimulationAsked) -> int:
    """Return how many requests of these days nobody has answered yet."""
    begins, ends = span_of(asked)
    rows = ApprovalRequest.objects.filter(state="waiting", requested_at__gte=begins, requested_at__lt=ends)
    return rows.count()


def answer_clocks(*, until: date) -> tuple[Clock, ...]:
    """Return how long answers took, by level and queue, from every answer that was given up to a day."""
    ends = datetime.combine(until + timedelta(days=1), time(), UTC)
    rows = ApprovalStep.objects.filter(state__in=["approved", "refused"], opened_at__isnull=False)
    found = rows.annotate(answered_at=Max("answers__answered_at")).filter(answered_at__lt=ends)
    return clocks_of(
        AnsweredStep(
            level=level,
            queue=queue_name(roles, needs),
            hours=(answered - opened).total_seconds() / 3600,
        )
        for level, roles, needs, opened, answered in found.values_list(
            "request__level", "roles", "needs", "opened_at", "answered_at"
        )
    )


def frozen_policy(asked: SimulationAsked) -> dict[str, Any]:
    """Return the other policy as it is now, with how it is called; empty for none. Raises UnknownReference."""
    if asked.draft_id:
        draft = RuleDraft.objects.filter(id=asked.draft_id, kind=RuleDraft.Kind.POLICY).first()
        if draft is None:
            raise UnknownReference("There is no such draft of the policy.", where="policy")
        words = {"reason": draft.reason, "revision": draft.revision, "draft_id": draft.id}
        return {"definition": draft.content, "number": 0, **words}
    if asked.number:
        row = PolicyVersion.objects.filter(number=asked.number).first()
        if row is None:
            raise UnknownReference(f"There is no policy {asked.number}.", where="policy")
        return {"definition": row.definition, "number": row.number, "reason": row.reason}
    return {}


def policy_of(frozen: dict[str, Any]) -> Policy | None:
    """Return the policy that was frozen, None for none; raises PriceNotPossible for one nobody can read."""
    return checked_policy(frozen["definition"], number=frozen["number"]) if frozen else None


def clocks_table(clocks: Iterable[Clock]) -> list[list[Any]]:
    """Return clocks as a run keeps them."""
    return [[each.level, each.queue, each.hours, each.count] for each in clocks]


def read_clocks(table: Iterable[list[Any]]) -> tuple[Clock, ...]:
    """Return the clocks of a run."""
    return tuple(Clock(level=row[0], queue=row[1], hours=row[2], count=row[3]) for row in table)
