"""The signed address of a proposal, and what stands behind it today."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.signing import BadSignature, Signer

from offers.core.links import AnswerKind, LinkFacts, LinkStanding, link_standing
from offers.models import ProposalAnswer, ProposalLink, ProposalViews
from renewals.models import Contact
from renewals.queries.win_backs import open_win_back

SALT = "perennial.proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkToken:
    """Which link of which workspace an address is; everything else stands in the row."""

    workspace_id: int
    link_id: int


def proposal_url(*, workspace_id: int, link_id: int) -> str:
    """Return the whole address of a link, the same every time."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/proposal/{proposal_token(workspace_id=workspace_id, link_id=link_id)}/"


def proposal_token(*, workspace_id: int, link_id: int) -> str:
    """Return the token of a link: worthless for any other link or workspace."""
    return Signer(salt=SALT).sign(f"{workspace_id}.{link_id}")


def read_proposal_token(token: str) -> LinkToken | None:
    """Return which link a token is of, None if it was not made by this installation."""
    try:
        workspace, _, link = Signer(salt=SALT).unsign(token).partition(".")
        return LinkToken(workspace_id=int(workspace), link_id=int(link))
    except (BadSignature, ValueError):
        return None


def link_with_all(link_id: int) -> ProposalLink | None:
    """Return a link with its version, renewal, account and contact, None when there is none."""
    related = ("version", "contact", "proposal__renewal__account", "proposal__renewal__contract")
    return ProposalLink.objects.select_related(*related, "proposal__renewal__owner").filter(id=link_id).first()


def live_link(proposal_id: int) -> ProposalLink | None:
    """Return the link of a proposal that was not revoked, None when there is none."""
    rows = ProposalLink.objects.select_related("contact", "version")
    return rows.filter(proposal_id=proposal_id, revoked_at__isnull=True).first()


def newest_link(proposal_id: int) -> ProposalLink | None:
    """Return the link that was made last, whatever became of it; None when there is none."""
    rows = ProposalLink.objects.select_related("contact", "version")
    return rows.filter(proposal_id=proposal_id).order_by("-id").first()


def standing_of(link: ProposalLink, *, today: date) -> LinkStanding:
    """Return what a link is worth today; two statements unless its proposal and renewal are loaded."""
    proposal = link.proposal
    is_open = open_win_back(proposal.renewal_id) is not None if proposal.is_win_back else not proposal.renewal.closed_on
    kinds = set(ProposalAnswer.objects.filter(link=link).values_list("kind", flat=True))
    facts = LinkFacts(
        proposal_state=proposal.state,
        is_newest=proposal.version_id == link.version_id,
        is_renewal_open=is_open,
        is_accepted=AnswerKind.ACCEPTED in kinds,
        is_declined=AnswerKind.DECLINED in kinds,
        revoked_as=link.revoked_as,
        valid_until=link.valid_until_on,
    )
    return link_standing(facts, today=today)


def answers_of(proposal_id: int) -> list[ProposalAnswer]:
    """Return everything the account has said about a proposal, the newest first."""
    return list(ProposalAnswer.objects.filter(proposal_id=proposal_id).order_by("-said_at", "-id"))


def views_of(link_id: int) -> ProposalViews | None:
    """Return how often a link was opened, None when never."""
    return ProposalViews.objects.filter(link_id=link_id).first()


def contact_exists(contact_id: int, *, account_id: int) -> bool:
    """Answer whether a contact works at an account."""
    return Contact.objects.filter(id=contact_id, account_id=account_id, left_on__isnull=True).exists()


def newest_link_of_renewal(renewal_id: int) -> int | None:
    """Return the id of the link that was made last for a renewal, None when there is none."""
    rows = ProposalLink.objects.filter(proposal__renewal_id=renewal_id).order_by("-id")
    return rows.values_list("id", flat=True).first()
