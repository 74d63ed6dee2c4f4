"""What the actions around proposals read of other apps: the renewal with its account, the workspace's zone."""

from offers.models import ProposalAnswer, ProposalLink, ProposalPart
from renewals.models import Renewal, Workspace

__all__ = ["ProposalAnswer", "ProposalLink", "ProposalPart", "Renewal", "renewal_with_account", "workspace_zone"]


def renewal_with_account(renewal_id: int) -> Renewal:
    """Return a renewal of this workspace with its account."""
    return Renewal.objects.select_related("account").get(id=renewal_id)


def workspace_zone() -> str:
    """Return the time zone of the workspace one is in."""
    return Workspace.objects.values_list("timezone", flat=True).first() or "UTC"
