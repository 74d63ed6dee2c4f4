"""Proposals of a renewal: kept version by version, presented and signed only as they were approved, or withdrawn.

Every step locks the proposal first, so an edit and an approval of it happen one after the other.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from offers.actions.concessions import record_unnamed
from offers.actions.shipped import publish_shipped_if_none
from offers.core.errors import OutOfPolicy, ProposalChanged
from offers.core.judging import Judged, judge
from offers.core.plain import Plain, plain_baseline, plain_price, plain_verdict, plain_wish
from offers.core.plain_basis import plain_basis
from offers.core.pricing import Wish
from offers.core.states import PROPOSAL_STEPS
from offers.models import ApprovalRequest, Proposal, ProposalVersion
from offers.queries.approvals import is_approved, open_proposal, role_of
from offers.queries.cases import RenewalCase, basis_of, home_currency, renewal_case
from offers.queries.library import (
    PublishedOffer,
    PublishedPolicy,
    newest_offer_version,
    policy_in_force,
    published_offer,
)
from offers.queries.measured import untold_overrides
from renewals.actions.price_terms import note_price_terms
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.core.price_terms import PriceTerms
from renewals.core.text import check_line

State = Proposal.State


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWish:
    """What is wished, from which offer (None: the policy's own price), on top of which version (0 for the first)."""

    wish: Wish
    offer_id: int | None = None
    note: str = ""
    seen_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedWish:
    """What the contract says, and where: document and clause."""

    uplift_percent: Decimal | None = None
    cap_percent: Decimal | None = None
    where: str = ""


@transaction.atomic
def keep_proposal(*, renewal_id: int, given: ProposalWish, today: date, by: Actor, now: datetime) -> ProposalVersion:
    """Keep a new version of the proposal of a renewal with its price and verdict; the same wish again changes nothing.

    A request that waits for an earlier version is overtaken, a presented proposal is a draft again. Raises
    ProposalChanged when somebody has kept another version meanwhile, StateNotAllowed for a closed renewal,
    PriceNotPossible, RateMissing, UnknownReference, RequiredValueMissing for counted units that are replaced untold.
    """
    given = replace(given, note=check_line(given.note, label="What changed", longest=300))
    publish_shipped_if_none(by=by, now=now)
    case = renewal_case(renewal_id, home_currency=home_currency(), today=today)
    if not case.is_open:
        raise StateNotAllowed("This renewal is closed.", why="A proposal is made for an open one, or to win one back.")
    policy, offer = policy_in_force(), _offer(given.offer_id)
    basis = basis_of(case, role=role_of(by.id), offer=offer.offer if offer else None)
    if untold := untold_overrides(basis.lines, dict(given.wish.units), given.note):
        raise RequiredValueMissing(f"Say why other units than the counted ones hold for {untold[0]}.", where="note")
    found = judge(basis, policy.policy, given.wish, offer.offer if offer else None)
    proposal = _lock_or_create(case, by=by, now=now)
    if proposal.state in (State.SIGNED, State.WITHDRAWN):
        raise StateNotAllowed(f"This proposal is {proposal.state} already.", why="It changed while you edited.")
    newest = proposal.version
    if given.seen_number != (newest.number if newest else 0):
        raise ProposalChanged(
            f"This proposal is at version {newest.number if newest else 0} now.",
            why=f"You saw version {given.seen_number}.",
        )
    content = _content(given, found, policy, offer)
    if newest is not None and all(getattr(newest, name) == value for name, value in content.items()):
        return newest
    return _add(proposal, content | {"basis": plain_basis(basis)}, given=given, by=by, now=now)


@transaction.atomic
def present_proposal(*, proposal_id: int, version_id: int, by: Actor, now: datetime) -> Proposal:
    """Mark a version as shown to the account; raises OutOfPolicy unless exactly this one is approved."""
    proposal = locked_proposal(proposal_id)
    if proposal.state == State.PRESENTED and proposal.version_id == version_id:
        return proposal
    _check_way(proposal, State.PRESENTED, version_id)
    proposal.state, proposal.presented_at = State.PRESENTED, now
    proposal.save(update_fields=["state", "presented_at"])
    return proposal


@transaction.atomic
def sign_proposal(*, proposal_id: int, version_id: int, by: Actor, now: datetime) -> Proposal:
    """Note that the account has signed a version; raises OutOfPolicy unless exactly this one is approved.

    What it gives below the policy price and nobody named is recorded as a concession in the same moment.
    """
    proposal = locked_proposal(proposal_id)
    if proposal.state == State.SIGNED and proposal.version_id == version_id:
        return proposal
    _check_way(proposal, State.SIGNED, version_id)
    proposal.state, proposal.ended_at, proposal.ended_by = State.SIGNED, now, by.label
    proposal.save(update_fields=["state", "ended_at", "ended_by"])
    record_unnamed(proposal=proposal, by=by, now=now)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal_id: int, reason: str, by: Actor, now: datetime) -> Proposal:
    """End a proposal that is not signed; what waits for approval is recalled with it."""
    proposal = locked_proposal(proposal_id)
    if proposal.state == State.WITHDRAWN:
        return proposal
    if State.WITHDRAWN not in PROPOSAL_STEPS[proposal.state]:
        raise StateNotAllowed(f"This proposal is {proposal.state}.")
    if not reason.strip():
        raise RequiredValueMissing("Say why it is withdrawn.", where="reason")
    _end_waiting(proposal, "recalled", "The proposal was withdrawn.", by=by, now=now)
    proposal.state, proposal.ended_at = State.WITHDRAWN, now
    proposal.ended_by, proposal.ended_reason = by.label, check_line(reason, label="The reason", longest=300)
    proposal.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])
    return proposal


def record_agreed_terms(*, contract_id: int, given: AgreedWish, by: Actor, now: datetime) -> int:
    """Note what a contract says about its next price in its last term, and return the version that says so.

    The same again changes nothing. Raises RequiredValueMissing without document and clause, PriceTermsImpossible,
    UnknownReference.
    """
    clause = check_line(given.where, label="Document and clause", longest=300)
    price = PriceTerms(uplift_percent=given.uplift_percent, cap_percent=given.cap_percent, clause=clause)
    return note_price_terms(contract_id=contract_id, price=price, by=by, now=now).version


def locked_proposal(proposal_id: int) -> Proposal:
    """Return the proposal, locked until the transaction ends; raises UnknownReference."""
    found = Proposal.objects.select_for_update().filter(id=proposal_id).first()
    if found is None:
        raise UnknownReference("There is no such proposal.", where="proposal")
    return found


def _offer(offer_id: int | None) -> PublishedOffer | None:
    if offer_id is None:
        return None
    row = newest_offer_version(offer_id)
    if row is None or not row.offer.is_active:
        raise UnknownReference("This offer is not made any more.", where="offer")
    return published_offer(row)


def _lock_or_create(case: RenewalCase, *, by: Actor, now: datetime) -> Proposal:
    """Two first versions at once: the constraint lets one in, the other finds the row and sees another version."""
    found = open_proposal(case.renewal_id)
    if found is None:
        try:
            with transaction.atomic():
                found = Proposal.objects.create(
                    workspace_id=by.workspace_id,
                    renewal_id=case.renewal_id,
                    is_win_back=case.is_win_back,
                    created_at=now,
                    created_by=by.label,
                )
        except IntegrityError:
            found = open_proposal(case.renewal_id)
    if found is None:
        raise StateNotAllowed("This renewal has a signed proposal.")
    return locked_proposal(found.id)


def _content(given: ProposalWish, found: Judged, policy: PublishedPolicy, offer: PublishedOffer | None) -> Plain:
    return {
        "offer_version_id": offer.version_id if offer else None,
        "policy_id": policy.version_id,
        "wish": plain_wish(given.wish),
        "price": plain_price(found.price),
        "verdict": plain_verdict(found.verdict),
        "governed": plain_baseline(found.verdict.values),
        "currency": found.price.currency,
        "net_amount": found.price.net.amount,
        "policy_amount": found.price.policy.amount,
    }


def _add(proposal: Proposal, content: Plain, *, given: ProposalWish, by: Actor, now: datetime) -> ProposalVersion:
    version = ProposalVersion.objects.create(
        workspace_id=by.workspace_id,
        proposal=proposal,
        number=given.seen_number + 1,
        note=given.note,
        author_id=by.id if by.kind == "person" else None,
        created_by=by.label,
        created_at=now,
        **content,
    )
    _end_waiting(proposal, "overtaken", f"Version {version.number} was kept.", by=by, now=now)
    proposal.version, proposal.state, proposal.presented_at = version, State.DRAFT, None
    proposal.save(update_fields=["version", "state", "presented_at"])
    return version


def _end_waiting(proposal: Proposal, to: str, why: str, *, by: Actor, now: datetime) -> None:
    for request in ApprovalRequest.objects.select_for_update().filter(proposal=proposal, state="waiting"):
        request.state, request.ended_at, request.ended_by, request.ended_reason = to, now, by.label, why
        request.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])
        request.steps.filter(state__in=["open", "coming"]).update(state="closed")


def _check_way(proposal: Proposal, to: str, version_id: int) -> None:
    if proposal.version_id != version_id:
        raise ProposalChanged("This proposal has a newer version.")
    if to not in PROPOSAL_STEPS[proposal.state]:
        raise StateNotAllowed(f"This proposal is {proposal.state}; it cannot become {to}.")
    if not is_approved(version_id):
        raise OutOfPolicy("This version is not approved.", why="What is out of policy is shown to nobody.")
    same = Proposal.objects.filter(renewal_id=proposal.renewal_id, is_win_back=proposal.is_win_back)
    if same.filter(state=State.SIGNED).exists():
        raise StateNotAllowed("Another proposal of this renewal is signed.", why="A renewal is agreed once.")
