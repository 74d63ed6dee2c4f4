"""Whether a renewal was closed at a price that nobody approved: what an import says is marked, never refused."""

from offers.queries.approvals import is_approved, standing_proposal
from offers.queries.library import has_policy_since
from renewals.models import Renewal


def closed_unapproved(row: Renewal) -> bool:
    """Answer whether a kept renewal closed below policy without approval, as the compliance page finds it.

    Without a proposal the contract's own amount is what nobody lowered; before the first policy nothing was broken.
    """
    if row.final_amount is None or row.closed_on is None:
        return False
    standing = standing_proposal(row.id)
    version = standing.version if standing else None
    if row.final_amount >= (row.target_amount if version is None else version.policy_amount):
        return False
    if version is not None and is_approved(version.id) and row.final_amount >= version.net_amount:
        return False
    return has_policy_since(row.closed_on)
