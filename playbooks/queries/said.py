"""What people said inside playbooks: answers as facts, approvals, changes to steps, escalations, our sponsor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count

from playbooks.core.condition_parse import ANSWER
from playbooks.core.facts import ApprovalFacts, ApprovalState, Deviated, DeviationKind
from playbooks.core.states import OPEN_TASK_STATES
from playbooks.core.vocabulary import FormFieldKind, OperatorRole, StepKind
from playbooks.models import Deviation, StepAnswer, StepApproval, Task
from renewals.core.conditions import FactValue
from renewals.models import Membership
from renewals.queries.any_of import any_of
from renewals.queries.sponsors import sponsors_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Answers and changed steps by enrolment, approvals by step run, escalations and our sponsor by account."""

    answers: Mapping[int, Mapping[str, FactValue]] = field(default_factory=dict)
    deviations: Mapping[int, Mapping[str, Deviated]] = field(default_factory=dict)
    approvals: Mapping[int, ApprovalFacts] = field(default_factory=dict)
    escalations: Mapping[int, int] = field(default_factory=dict)
    sponsors: Mapping[int, str] = field(default_factory=dict)
    executive: str = ""

    def sponsor_of(self, account_id: int) -> str:
        """Return the name of our sponsor of an account; while nobody is named, the first of our executives."""
        return self.sponsors.get(account_id) or self.executive

    def facts_of(self, *, enrolment_id: int, account_id: int) -> dict[str, FactValue]:
        """Return what conditions read of it for one enrolment at one account."""
        return {"escalation.open_count": self.escalations.get(account_id, 0), **self.answers.get(enrolment_id, {})}


def said_in(enrolment_ids: Iterable[int], account_ids: Iterable[int]) -> Said:
    """Return what was said in these enrolments and at these accounts, in six queries whatever their number."""
    enrolments, accounts = list(enrolment_ids), list(account_ids)
    return Said(
        answers=_answers(enrolments),
        deviations=deviations_in(enrolments),
        approvals=_approvals(enrolments),
        escalations=_escalations(accounts),
        sponsors=sponsors_of(accounts),
        executive=our_sponsor_name(),
    )


def deviations_in(enrolment_ids: Iterable[int]) -> dict[int, dict[str, Deviated]]:
    """Return by enrolment what people changed: the latest change of each step, none where it was taken back."""
    found: dict[int, dict[str, Deviated]] = defaultdict(dict)
    for row in Deviation.objects.filter(any_of("enrolment_id", enrolment_ids)).order_by("id"):
        kind = DeviationKind(row.kind)
        found[row.enrolment_id][row.step_key] = Deviated(
            kind=kind, due_on=row.due_on, what=row.what, why=row.reason, by=row.by_name
        )
        if kind is DeviationKind.AS_PLANNED:
            del found[row.enrolment_id][row.step_key]
    return found


def our_sponsor_name() -> str:
    """Return the name of our first executive, by membership, who stands in where no sponsor is named; '' for nobody."""
    executives = Membership.objects.filter(
        role=OperatorRole.EXECUTIVE.value, is_active=True, user__is_active=True
    ).order_by("id")
    return executives.values_list("user__name", flat=True).first() or ""


def fact_value(kind: str, value: str) -> FactValue:
    """Return an answer as conditions compare it; the forms have checked it."""
    match FormFieldKind(kind):
        case FormFieldKind.NUMBER:
            return Decimal(value)
        case FormFieldKind.DATE:
            return date.fromisoformat(value)
        case FormFieldKind.YES_NO:
            return value == "true"
        case _:
            return value


def _answers(enrolment_ids: list[int]) -> dict[int, dict[str, FactValue]]:
    found: dict[int, dict[str, FactValue]] = defaultdict(dict)
    rows = StepAnswer.objects.filter(any_of("enrolment_id", enrolment_ids)).order_by("answered_at", "id")
    for enrolment, step, key, kind, value in rows.values_list("enrolment_id", "step_key", "field_key", "kind", "value"):
        found[enrolment][f"{ANSWER}{step}.{key}"] = fact_value(kind, value)
    return found


def _approvals(enrolment_ids: list[int]) -> dict[int, ApprovalFacts]:
    return {
        row.step_run_id: ApprovalFacts(
            approval_id=row.id,
            state=ApprovalState(row.state),
            version=row.version,
            due_at=row.due_at,
            is_escalated=row.escalated_at is not None,
        )
        for row in StepApproval.objects.filter(any_of("enrolment_id", enrolment_ids))
    }


def _escalations(account_ids: list[int]) -> dict[int, int]:
    mine = any_of("account_id", account_ids)
    rows = Task.objects.filter(mine, kind=StepKind.ESCALATION.value, state__in=OPEN_TASK_STATES)
    return dict(rows.values("account_id").annotate(many=Count("id")).values_list("account_id", "many"))
