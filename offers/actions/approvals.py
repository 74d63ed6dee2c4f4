"""Requests for approval: asked, answered, recalled, escalated. An approval binds to one exact version of a proposal.

Every step locks the proposal, then the request: two approvers, an edit and a recall happen one after the other.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from offers.actions.proposals import locked_proposal
from offers.core.approvals import Asking, Away, Seat, Way, asking_for, due_at, progress_after, steps_to_escalate
from offers.core.approvals.answers import Progress
from offers.core.errors import NotYoursToDecide, OutOfPolicy, ProposalChanged, RequestClosed
from offers.core.plain import plain_baseline, read_verdict
from offers.core.policy import Policy
from offers.models import ApprovalAnswer, ApprovalRequest, ApprovalStep, Proposal, ProposalVersion
from offers.queries.approvals import approved_values, hands_in, people, requests, role_of, seat_in, step_facts
from offers.queries.cases import owners_of_renewal
from offers.queries.library import policy_in_force
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_text

Request, Step = ApprovalRequest.State, ApprovalStep.State
GROUNDS = {
    Way.INSIDE: "Every value lies inside the policy.",
    Way.CARRIED: "No governed value is worse than in the version approved before.",
    Way.OWN_LIMIT: "It lies inside the requester's own limit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """What an approver says to the version they saw; a refusal needs its reason."""

    version_id: int
    is_approved: bool
    reason: str = ""


@transaction.atomic
def ask_approval(
    *, version_id: int, note: str = "", away: Away | None = None, by: Actor, now: datetime
) -> ApprovalRequest:
    """Ask for the newest version of a proposal and return the request, approved at once where nobody need be asked.

    Asking twice returns the request there is. Raises ProposalChanged for an older version or after a new policy,
    OutOfPolicy for what the policy refuses, RequiredValueMissing when somebody has to be asked and no reason is given.
    """
    version = _newest(version_id)
    proposal = locked_proposal(version.proposal_id)
    _check_current(proposal, version)
    live = ApprovalRequest.objects.filter(version=version, state__in=[Request.WAITING, Request.APPROVED]).first()
    if live is not None:
        return live
    policy = policy_in_force()
    if policy.version_id != version.policy_id:
        raise ProposalChanged(
            f"Policy {policy.policy.number} is in force since this was priced.", remedy="Keep the proposal again."
        )
    asking = asking_for(
        policy.policy, read_verdict(version.verdict), approved=approved_values(proposal.id), role=role_of(by.id)
    )
    if asking.way is Way.REFUSED:
        raise OutOfPolicy("The policy refuses this, whoever asks.", remedy="Bring the values back inside the policy.")
    if asking.way is Way.ASK and not note.strip():
        raise RequiredValueMissing("Say why it should be approved.", where="note")
    request = _create(version, asking, policy.policy, note=note, by=by, now=now)
    if asking.way is Way.ASK:
        _add_steps(request, asking, policy.policy, now=now)
        _escalate(request.id, away=away or {}, now=now)
    return request


@transaction.atomic
def answer_step(*, step_id: int, given: AnswerGiven, away: Away, by: Actor, now: datetime) -> ApprovalRequest:
    """Answer an open step and return the request as it stands then.

    The same answer of the same person again changes nothing. Raises ProposalChanged when the version is not the newest
    any more, RequestClosed, NotYoursToDecide, RequiredValueMissing for a refusal without a reason.
    """
    step = _step(step_id)
    proposal = locked_proposal(step.request.proposal_id)
    request = requests().select_for_update(of=("self",)).get(id=step.request_id)
    if _has_said(request, step_id, given, by):
        return request
    if proposal.version_id != given.version_id or request.version_id != given.version_id:
        raise ProposalChanged("The proposal changed since you opened it.")
    if request.state != Request.WAITING:
        raise RequestClosed(f"This request is {request.state} already.", why=f"By {request.ended_by}.")
    seat = _seat(request, step_id, away=away, by=by)
    if not given.is_approved and not given.reason.strip():
        raise RequiredValueMissing("Say why it is refused.", where="reason")
    _keep_answer(request, step_id, seat, given, by=by, now=now)
    facts = tuple(step_facts(each) for each in request.steps.all())
    progress = progress_after(facts, step.key, role=seat.role, is_approved=given.is_approved)
    _apply(request, progress, given, by=by, now=now)
    return request


@transaction.atomic
def recall_request(*, request_id: int, reason: str = "", by: Actor, now: datetime) -> ApprovalRequest:
    """Take a waiting request back; a second call changes nothing. Raises NotYoursToDecide, RequestClosed."""
    found = ApprovalRequest.objects.filter(id=request_id).first()
    if found is None:
        raise UnknownReference("There is no such request.", where="request")
    locked_proposal(found.proposal_id)
    request = ApprovalRequest.objects.select_for_update().get(id=request_id)
    if request.state == Request.RECALLED:
        return request
    if request.state != Request.WAITING:
        raise RequestClosed(f"This request is {request.state} already.", why=f"By {request.ended_by}.")
    if by.id != request.requester_id:
        raise NotYoursToDecide("Only who asked recalls it.", remedy="Refuse it with a reason instead.")
    _end(request, Request.RECALLED, check_text(reason, label="The reason", longest=600) or "Recalled.", by=by, now=now)
    request.steps.filter(state__in=[Step.OPEN, Step.COMING]).update(state=Step.CLOSED)
    return request


def tend_requests(*, away: Away, by: Actor, now: datetime) -> int:
    """Escalate what nobody answered in time or nobody can answer; returns how many steps. A second call: none."""
    waiting = ApprovalRequest.objects.filter(state=Request.WAITING).order_by("id").values_list("id", flat=True)
    return sum(_escalate(request_id, away=away, now=now) for request_id in list(waiting))


def _newest(version_id: int) -> ProposalVersion:
    version = ProposalVersion.objects.select_related("proposal").filter(id=version_id).first()
    if version is None:
        raise UnknownReference("There is no such version.", where="version")
    return version


def _check_current(proposal: Proposal, version: ProposalVersion) -> None:
    if proposal.version_id != version.id:
        raise ProposalChanged("This proposal has a newer version.", why=f"You saw version {version.number}.")
    if proposal.state not in (Proposal.State.DRAFT, Proposal.State.PRESENTED):
        raise RequestClosed(f"This proposal is {proposal.state}.")


def _create(
    version: ProposalVersion, asking: Asking, policy: Policy, *, note: str, by: Actor, now: datetime
) -> ApprovalRequest:
    proposal = version.proposal
    barred = {by.id, *hands_in(proposal.id), *owners_of_renewal(proposal.renewal_id)} - {None}
    ended = {"ended_at": now, "ended_by": by.label, "ended_reason": GROUNDS[asking.way]} if asking.is_approved else {}
    return ApprovalRequest.objects.create(
        workspace_id=by.workspace_id,
        proposal=proposal,
        version=version,
        state=Request.APPROVED if asking.is_approved else Request.WAITING,
        way=asking.way.value,
        level=asking.level,
        level_name=policy.level(asking.level).name if asking.level else "",
        requester_id=by.id if by.kind == "person" else None,
        requested_by=by.label,
        requested_at=now,
        note=check_text(note, label="Why it should be approved", longest=600),
        barred_ids=sorted(barred),
        evidence={
            "policy": policy.number,
            "values": version.governed,
            "approved_before": plain_baseline(approved_values(proposal.id) or {}),
            "asked_for": [finding.key for finding in asking.verdict.reasons],
            "role": role_of(by.id),
        },
        **ended,
    )


def _add_steps(request: ApprovalRequest, asking: Asking, policy: Policy, *, now: datetime) -> None:
    steps = policy.level(asking.level).steps
    lowest = min(step.stage for step in steps)
    for step in steps:
        is_open = step.stage == lowest
        ApprovalStep.objects.create(
            workspace_id=request.workspace_id,
            request=request,
            key=step.key,
            stage=step.stage,
            roles=list(step.roles),
            needs=step.needs,
            hours=step.hours,
            escalate_to=list(step.escalate_to),
            state=Step.OPEN if is_open else Step.COMING,
            opened_at=now if is_open else None,
            due_at=due_at(opened_at=now, hours=step.hours) if is_open else None,
        )


def _step(step_id: int) -> ApprovalStep:
    step = ApprovalStep.objects.select_related("request").filter(id=step_id).first()
    if step is None:
        raise UnknownReference("There is no such step.", where="step")
    return step


def _has_said(request: ApprovalRequest, step_id: int, given: AnswerGiven, by: Actor) -> bool:
    said = ApprovalAnswer.objects.filter(step_id=step_id, user_id=by.id, is_approved=given.is_approved)
    return request.version_id == given.version_id and said.exists()


def _seat(request: ApprovalRequest, step_id: int, *, away: Away, by: Actor) -> Seat:
    if by.kind != "person" or by.id is None:
        raise NotYoursToDecide("A person answers this, not a program.")
    if by.id in request.barred_ids:
        raise NotYoursToDecide(
            "You asked for this, wrote it or own the account; somebody else must answer.",
            why="Who proposes a price does not approve it.",
        )
    found = seat_in(request, by.id, known=people(), away=away)
    if found is None or found.step.id != step_id:
        raise NotYoursToDecide("This step is not yours to answer.", why="It is asked of others, or not yet asked.")
    return found.seat


def _keep_answer(
    request: ApprovalRequest, step_id: int, seat: Seat, given: AnswerGiven, *, by: Actor, now: datetime
) -> None:
    ApprovalAnswer.objects.create(
        workspace_id=request.workspace_id,
        step_id=step_id,
        user_id=seat.user_id,
        on_behalf_of_id=seat.on_behalf_of,
        requester_id=request.requester_id,
        role=seat.role,
        is_approved=given.is_approved,
        reason=check_text(given.reason, label="The reason", longest=600),
        answered_at=now,
        answered_by=by.label,
    )


def _apply(request: ApprovalRequest, progress: Progress, given: AnswerGiven, *, by: Actor, now: datetime) -> None:
    rows = {step.key: step for step in request.steps.all()}
    for key, state in progress.steps:
        step = rows[key]
        step.state = state.value
        if state.value == Step.OPEN:
            step.opened_at, step.due_at = now, due_at(opened_at=now, hours=step.hours)
        step.save(update_fields=["state", "opened_at", "due_at"])
    if progress.request.value != request.state:
        _end(request, progress.request.value, check_text(given.reason, label="The reason", longest=600), by=by, now=now)


def _end(request: ApprovalRequest, state: str, reason: str, *, by: Actor, now: datetime) -> None:
    request.state, request.ended_at, request.ended_by, request.ended_reason = state, now, by.label, reason[:600]
    request.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])


def _escalate(request_id: int, *, away: Away, now: datetime) -> int:
    with transaction.atomic():
        request = requests().select_for_update(of=("self",)).filter(id=request_id, state=Request.WAITING).first()
        if request is None:
            return 0
        facts = tuple(step_facts(step) for step in request.steps.all())
        keys = steps_to_escalate(facts, people=people(), away=away, barred=frozenset(request.barred_ids), now=now)
        return request.steps.filter(key__in=keys, escalated_at__isnull=True).update(escalated_at=now) if keys else 0
