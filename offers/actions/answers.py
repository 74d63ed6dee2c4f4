"""What an account says to a proposal: accepts it (which closes the renewal, or wins it back), declines it, or asks.

Everything is read behind the lock of the proposal, so an edit, a withdrawal and two acceptances come one after the
other. An answer is kept with its proof; what cannot be closed behind an acceptance is told, never undone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.actions.links import locked_link
from offers.actions.proposals import sign_proposal
from offers.actions.win_backs import sign_win_back_as_allowed
from offers.core.accepted import following_of
from offers.core.errors import LinkNotOpen
from offers.core.links import AnswerKind, LinkStanding, Said, check_said
from offers.models import ProposalAnswer, ProposalLink
from offers.queries.links import standing_of
from renewals.actions.closing import ClosingOrder, close_renewal
from renewals.actions.win_backs import Signed
from renewals.core.actors import Actor
from renewals.core.errors import NamedError, StateNotAllowed
from renewals.core.records import OutcomeRow
from renewals.queries.win_backs import first_cycle, open_win_back, returns_on

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
    """The answer that stands. `is_settled`: an acceptance closed its renewal or wrote the contract of a win-back, whose
    next cycle is `next_renewal_id` (None without one); else `trouble` says why not.
    """

    answer: ProposalAnswer
    is_repeat: bool = False
    is_settled: bool = False
    next_renewal_id: int | None = None
    trouble: str = ""


@transaction.atomic
def answer_link(*, link_id: int, given: LinkAnswer, today: date, by: Actor, now: datetime) -> Answered:
    """Keep an answer and return it; an acceptance signs the version and closes the renewal at exactly its price, or
    writes the contract of a win-back.

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
    return _settled(link, answer, today=today, by=by, now=now)


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


def _settled(link: ProposalLink, answer: ProposalAnswer, *, today: date, by: Actor, now: datetime) -> Answered:
    """Settle at the accepted price; a contract that cannot take it leaves the acceptance and says why."""
    settle = _won if link.proposal.is_win_back else _closed
    try:
        with transaction.atomic():
            following = settle(link, answer, today=today, by=by, now=now)
    except NamedError as error:
        return Answered(answer=answer, trouble=str(error))
    return Answered(answer=answer, is_settled=True, next_renewal_id=following)


def _won(link: ProposalLink, answer: ProposalAnswer, *, today: date, by: Actor, now: datetime) -> int | None:
    """Write the contract they come back with; return its first renewal."""
    version, review = link.version, open_win_back(link.proposal.renewal_id)
    if review is None:
        raise StateNotAllowed("The win-back is over already.")
    signed = Signed(
        starts_on=returns_on(link.proposal.renewal, today=today),
        months=int(version.price["term_months"]),
        amount=version.net_amount,
    )
    done = sign_win_back_as_allowed(review_id=review.id, signed=signed, by=by, now=now)
    return first_cycle(done)


def _closed(link: ProposalLink, answer: ProposalAnswer, *, today: date, by: Actor, now: datetime) -> int | None:
    """Close the renewal; return the next one."""
    version = link.version
    outcome = OutcomeRow(
        renewal_id=link.proposal.renewal_id,
        final_amount=version.net_amount,
        primary_reason=REASON,
        decided_on=today,
        comment=f"{answer.name}, {answer.title}, accepted version {version.number} of the proposal.",
    )
    order = ClosingOrder(outcome=outcome, following=following_of(version.price))
    return close_renewal(order=order, by=by, now=now).next_renewal_id
