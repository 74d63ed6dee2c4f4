"""Requests and proposals as the actions and the pages see them; who may answer what today."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from offers.core.approvals import Away, Person, Seat, StepFacts, roles_seated, seat_at
from offers.core.plain import read_baseline
from offers.core.policy import Baseline
from offers.core.states import StepState
from offers.models import ApprovalAnswer, ApprovalRequest, ApprovalStep, Proposal, ProposalVersion
from renewals.models import LossReview, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSeat:
    """A step that a person may answer today, with the seat they have there."""

    request: ApprovalRequest
    step: ApprovalStep
    seat: Seat


def people() -> tuple[Person, ...]:
    """Return the active members of the workspace, the oldest membership first."""
    rows = Membership.objects.filter(is_active=True, user__is_active=True).order_by("id")
    return tuple(Person(user_id=user, role=role) for user, role in rows.values_list("user_id", "role"))


def role_of(user_id: int | None) -> str:
    """Return the role of an active member, empty for nobody and for the system."""
    found = Membership.objects.filter(user_id=user_id, is_active=True).values_list("role", flat=True).first()
    return found or ""


def requests() -> QuerySet[ApprovalRequest]:
    """Return every request with its proposal, version, steps and answers."""
    answers = ApprovalAnswer.objects.select_related("user", "on_behalf_of")
    related = ("proposal__renewal__account__team", "proposal__renewal__contract", "version", "requester")
    return _with_steps(answers).select_related(*related)


def _with_steps(answers: QuerySet[ApprovalAnswer]) -> QuerySet[ApprovalRequest]:
    given = Prefetch("answers", answers.order_by("id"))
    steps = ApprovalStep.objects.prefetch_related(given).order_by("stage", "id")
    return ApprovalRequest.objects.prefetch_related(Prefetch("steps", steps))


def step_facts(row: ApprovalStep) -> StepFacts:
    """Return a step, loaded with its answers, as the core takes it."""
    return StepFacts(
        key=row.key,
        stage=row.stage,
        roles=tuple(row.roles),
        needs=row.needs,
        escalate_to=tuple(row.escalate_to),
        state=StepState(row.state),
        answered=tuple(answer.role for answer in row.answers.all() if answer.is_approved),
        due_at=row.due_at,
        escalated_at=row.escalated_at,
    )


def seat_in(request: ApprovalRequest, user_id: int, *, known: Iterable[Person], away: Away) -> OpenSeat | None:
    """Return the first open step of a request that a person may answer today, None when there is none."""
    for step in request.steps.all():
        seat = seat_at(step_facts(step), user_id, people=known, away=away, barred=frozenset(request.barred_ids))
        if seat is not None:
            return OpenSeat(request=request, step=step, seat=seat)
    return None


def seats_of_person(user_id: int, *, away: Away) -> tuple[OpenSeat, ...]:
    """Return everything that waits for a person today, what is due first at the top."""
    seats = _seats(requests(), user_id, away)
    return tuple(sorted(seats, key=lambda each: (each.step.due_at, each.request.id)))


def number_of_seats(user_id: int, *, away: Away) -> int:
    """Return how much waits for a person today; what is asked is not read for it."""
    return len(_seats(_with_steps(ApprovalAnswer.objects.all()), user_id, away))


def _seats(rows: QuerySet[ApprovalRequest], user_id: int, away: Away) -> list[OpenSeat]:
    """Read are only the requests with a step that asks a role of theirs, whatever else waits in the workspace."""
    known = people()
    roles = list(roles_seated(user_id, people=known, away=away))
    asks = Q(roles__overlap=roles) | Q(escalated_at__isnull=False, escalate_to__overlap=roles)
    steps = ApprovalStep.objects.filter(asks, request=OuterRef("pk"), state=StepState.OPEN)
    waiting = rows.filter(Exists(steps), state="waiting").exclude(barred_ids__contains=[user_id])
    found = (seat_in(request, user_id, known=known, away=away) for request in waiting)
    return [each for each in found if each is not None]


def approved_values(proposal_id: int) -> Baseline | None:
    """Return the governed values of the version that was approved last, None when none was."""
    row = (
        ApprovalRequest.objects.filter(proposal_id=proposal_id, state="approved")
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return None if row is None else read_baseline(row.version.governed)


def is_approved(version_id: int) -> bool:
    """Answer whether exactly this version of a proposal is approved."""
    return ApprovalRequest.objects.filter(version_id=version_id, state="approved").exists()


def open_proposal(renewal_id: int) -> Proposal | None:
    """Return the proposal of a renewal that is neither signed nor withdrawn, None when there is none.

    Once the renewal is lost, that is the one of its win-back: what stood open when they left is past.
    """
    rows = Proposal.objects.select_related("version__policy", "version__offer_version__offer")
    is_lost = Exists(LossReview.objects.filter(renewal_id=OuterRef("renewal_id")))
    return rows.filter(is_win_back=is_lost, renewal_id=renewal_id, state__in=["draft", "presented"]).first()


def standing_proposal(renewal_id: int) -> Proposal | None:
    """Return the proposal of a renewal that was not withdrawn, None when there is none."""
    rows = Proposal.objects.select_related("version").exclude(state="withdrawn")
    return rows.filter(renewal_id=renewal_id).order_by("-id").first()


def win_back_states(renewal_ids: Iterable[int]) -> dict[int, str]:
    """Return the state of the newest proposal that wins each lost renewal back; without one it is left out."""
    rows = Proposal.objects.filter(renewal_id__in=list(renewal_ids), is_win_back=True).exclude(state="withdrawn")
    return dict(rows.order_by("id").values_list("renewal_id", "state"))


def approved_win_back(renewal_id: int) -> ProposalVersion | None:
    """Return the newest version of the proposal that wins a lost renewal back, None unless it is approved."""
    standing = standing_proposal(renewal_id)
    version = standing.version if standing is not None and standing.is_win_back else None
    return version if version is not None and is_approved(version.id) else None


def versions_of(proposal_id: int) -> list[ProposalVersion]:
    """Return the versions of a proposal, the newest first, with the policy and the offer behind each."""
    rows = ProposalVersion.objects.select_related("policy", "offer_version__offer")
    return list(rows.filter(proposal_id=proposal_id).order_by("-number"))


def hands_in(proposal_id: int) -> frozenset[int]:
    """Return the people who wrote a version of a proposal."""
    rows = ProposalVersion.objects.filter(proposal_id=proposal_id, author__isnull=False)
    return frozenset(rows.values_list("author_id", flat=True))
