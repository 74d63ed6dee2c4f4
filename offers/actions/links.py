"""Show an approved version to an account: make its link, extend it, take it back, count who opened it.

Every step but the counting locks the proposal first, as an edit, an approval and an acceptance do.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from offers.actions.proposals import locked_proposal, present_proposal
from offers.core.errors import LinkNotOpen, LinkNotPossible
from offers.core.links import LinkStanding, check_validity
from offers.models import Proposal, ProposalLink, ProposalViews
from offers.queries.links import contact_exists, live_link, standing_of
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_line

WITHDRAWN, REPLACED = "withdrawn", "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWish:
    """For whom a link is (None: whoever it is handed to), and the last day on which it may be accepted."""

    valid_until: date
    contact_id: int | None = None


@transaction.atomic
def present_by_link(
    *, proposal_id: int, version_id: int, given: LinkWish, today: date, by: Actor, now: datetime
) -> ProposalLink:
    """Present an approved version and return its link; the link before stops. The same wish again changes nothing.

    Raises OutOfPolicy unless exactly this version is approved, ProposalChanged, StateNotAllowed, LinkNotPossible.
    """
    check_validity(given.valid_until, today=today)
    proposal = locked_proposal(proposal_id)
    _check_contact(proposal, given.contact_id)
    before = live_link(proposal_id)
    if before is not None and _is_same(before, version_id, given, today=today):
        return before
    present_proposal(proposal_id=proposal_id, version_id=version_id, by=by, now=now)
    if before is not None:
        _revoke(before, REPLACED, "A newer link was made.", by=by, now=now)
    return ProposalLink.objects.create(
        workspace_id=by.workspace_id,
        proposal=proposal,
        version_id=version_id,
        contact_id=given.contact_id,
        valid_until_on=given.valid_until,
        created_at=now,
        created_by=by.label,
    )


@transaction.atomic
def extend_link(*, link_id: int, valid_until: date, today: date, by: Actor, now: datetime) -> ProposalLink:
    """Let a link hold until another day, also one that has run out; the same day again changes nothing.

    Raises LinkNotPossible for the day, LinkNotOpen for a link that is answered, withdrawn or superseded.
    """
    check_validity(valid_until, today=today)
    link = locked_link(link_id)
    standing = standing_of(link, today=today)
    if standing not in (LinkStanding.OPEN, LinkStanding.EXPIRED):
        raise LinkNotOpen(f"This link is {standing.value}.")
    if link.valid_until_on != valid_until:
        link.valid_until_on = valid_until
        link.save(update_fields=["valid_until_on"])
    return link


@transaction.atomic
def withdraw_link(*, link_id: int, reason: str, today: date, by: Actor, now: datetime) -> ProposalLink:
    """Take a link back: the account sees that it was, the approved version is a draft again. Twice changes nothing.

    Raises RequiredValueMissing without a reason, LinkNotOpen once it is accepted.
    """
    link = locked_link(link_id)
    if link.revoked_at is not None:
        return link
    if not reason.strip():
        raise RequiredValueMissing("Say why the link is withdrawn.", where="reason")
    if standing_of(link, today=today) is LinkStanding.ACCEPTED:
        raise LinkNotOpen("They have accepted it.", why="What is accepted is closed.")
    _revoke(link, WITHDRAWN, check_line(reason, label="The reason", longest=300), by=by, now=now)
    proposal = link.proposal
    if proposal.state == Proposal.State.PRESENTED:
        proposal.state, proposal.presented_at = Proposal.State.DRAFT, None
        proposal.save(update_fields=["state", "presented_at"])
    return link


def note_view(*, link_id: int, by: Actor, now: datetime) -> None:
    """Count that a link was opened; first and last time are kept."""
    seen = ProposalViews.objects.filter(link_id=link_id)
    if not seen.update(times=F("times") + 1, last_at=now):
        row = ProposalViews(workspace_id=by.workspace_id, link_id=link_id, first_at=now, last_at=now)
        ProposalViews.objects.bulk_create([row], ignore_conflicts=True)


def locked_link(link_id: int) -> ProposalLink:
    """Return a link behind the lock of its proposal, read after it; raises UnknownReference."""
    found = ProposalLink.objects.filter(id=link_id).values_list("proposal_id", flat=True).first()
    if found is None:
        raise UnknownReference("There is no such link.", where="link")
    locked_proposal(found)
    return ProposalLink.objects.select_related("proposal__renewal", "version").get(id=link_id)


def _check_contact(proposal: Proposal, contact_id: int | None) -> None:
    if contact_id is not None and not contact_exists(contact_id, account_id=proposal.renewal.account_id):
        raise LinkNotPossible("This person does not work at the account.", where="contact")


def _is_same(link: ProposalLink, version_id: int, given: LinkWish, *, today: date) -> bool:
    wished = (version_id, given.contact_id, given.valid_until)
    is_same = wished == (link.version_id, link.contact_id, link.valid_until_on)
    return is_same and standing_of(link, today=today) is LinkStanding.OPEN


def _revoke(link: ProposalLink, revoked_as: str, why: str, *, by: Actor, now: datetime) -> None:
    link.revoked_at, link.revoked_as, link.revoked_by, link.revoked_reason = now, revoked_as, by.label, why
    link.save(update_fields=["revoked_at", "revoked_as", "revoked_by", "revoked_reason"])
