"""What the actions around proposals read of other apps: the renewal with its account, the workspace's zone."""

from offers.models import Proposal, ProposalAnswer, ProposalLink, ProposalPart
from renewals.models import LossReview, Renewal, Workspace

__all__ = [
    "ProposalAnswer",
    "ProposalLink",
    "ProposalPart",
    "Renewal",
    "asking_back",
    "renewal_with_account",
    "workspace_zone",
]


def renewal_with_account(renewal_id: int) -> Renewal:
    """Return a renewal of this workspace with its account."""
    return Renewal.objects.select_related("account").get(id=renewal_id)


def asking_back(row: Proposal) -> int | None:
    """Return who asks the account back with a proposal; None for that of an open renewal."""
    found = LossReview.objects.filter(renewal_id=row.renewal_id).first() if row.is_win_back else None
    return None if found is None else found.win_back_owner_id or found.owner_id


def workspace_zone() -> str:
    """Return the time zone of the workspace one is in."""
    return Workspace.objects.values_list("timezone", flat=True).first() or "UTC"
