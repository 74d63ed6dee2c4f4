"""What an account says to a proposal: accepts it (which closes the renewal), declines it, or asks.

Everything is read behind the lock of the proposal, so an edit, a withdrawal and two acceptances come one after the
other. An answer is kept with its proof; what cannot be closed behind an acceptance is told, never undone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.actions.links import locked_link
from offers.actions.proposals import sign_proposal
from offers.core.accepted import following_of
from offers.core.errors import LinkNotOpen
from offers.core.links import AnswerKind, LinkStanding, Said, check_said
from offers.models import ProposalAnswer, ProposalLink
from offers.queries.links import standing_of
from renewals.actions.closing import ClosedRenewal, ClosingOrder, close_renewal
from renewals.core.actors import Actor
from renewals.core.errors import NamedError
from renewals.core.records import OutcomeRow

REASON = "no_reason_given"
TWICE = {AnswerKind.ACCEPTED: LinkStanding.ACCEPTED, AnswerKind.DECLINED: LinkStanding.DECLINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows who answered and to which words: never the address itself."""

    statement: str = ""
    address_hash: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAnswer:
    """What somebody answers, with the proof of it."""

    kind: AnswerKind
    said: Said
    proof: Proof = Proof()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer that stands; `closed` with an acceptance that closed its renewal, `trouble` why it could not."""

    answer: ProposalAnswer
    is_repeat: bool = False
    closed: ClosedRenewal | None = None
    trouble: str = ""


@transaction.atomic
def answer_link(*, link_id: int, given: LinkAnswer, today: date, by: Actor, now: datetime) -> Answered:
    """Keep an answer and return it; an acceptance signs the version and closes the renewal at exactly its price.

    Accepting or declining again, and the same question again, return the first. Raises LinkNotOpen for a link that
    takes none any more, RequiredValueMissing, OutOfPolicy unless exactly this version is approved.
    """
    kind, clean = given.kind, check_said(given.kind, given.said)
    link = locked_link(link_id)
    standing = standing_of(link, today=today)
    first = _said_before(link, kind, clean, standing)
    if first is not None:
        return Answered(answer=first, is_repeat=True)
    if standing is not LinkStanding.OPEN:
        raise LinkNotOpen(f"This proposal is {standing.value}.")
    answer = _keep(link, kind, clean, given.proof, by=by, now=now)
    if kind is not AnswerKind.ACCEPTED:
        return Answered(answer=answer)
    sign_proposal(proposal_id=link.proposal_id, version_id=link.version_id, by=by, now=now)
    return _closed(link, answer, today=today, by=by, now=now)


def _said_before(link: ProposalLink, kind: AnswerKind, said: Said, standing: LinkStanding) -> ProposalAnswer | None:
    rows = ProposalAnswer.objects.filter(link=link, kind=kind.value)
    if kind is AnswerKind.ASKED:
        return rows.filter(words=said.words, email=said.email).first()
    return rows.first() if standing is TWICE[kind] else None


def _keep(
    link: ProposalLink, kind: AnswerKind, said: Said, proof: Proof, *, by: Actor, now: datetime
) -> ProposalAnswer:
    return ProposalAnswer.objects.create(
        workspace_id=by.workspace_id,
        link=link,
        proposal_id=link.proposal_id,
        version_id=link.version_id,
        kind=kind.value,
        name=said.name,
        title=said.title,
        email=said.email,
        words=said.words,
        statement=proof.statement[:600] if kind is AnswerKind.ACCEPTED else "",
        said_at=now,
        address_hash=proof.address_hash,
        user_agent=proof.user_agent[:300],
    )


def _closed(link: ProposalLink, answer: ProposalAnswer, *, today: date, by: Actor, now: datetime) -> Answered:
    """Close at the accepted price; a contract that cannot take it leaves the acceptance and says why."""
    version = link.version
    outcome = OutcomeRow(
        renewal_id=link.proposal.renewal_id,
        final_amount=version.net_amount,
        primary_reason=REASON,
        decided_on=today,
        comment=f"{answer.name}, {answer.title}, accepted version {version.number} of the proposal.",
    )
    order = ClosingOrder(outcome=outcome, following=following_of(version.price))
    try:
        with transaction.atomic():
            return Answered(answer=answer, closed=close_renewal(order=order, by=by, now=now))
    except NamedError as error:
        return Answered(answer=answer, trouble=str(error))
