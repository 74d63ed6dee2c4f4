"""Close a renewal for what was approved: a renewal with a proposal is not closed below it by typing another amount."""

from datetime import datetime

from django.db import transaction

from offers.core.errors import OutOfPolicy
from offers.queries.approvals import is_approved, standing_proposal
from renewals.actions.closing import ClosedRenewal, ClosingOrder, close_renewal
from renewals.core.actors import Actor


@transaction.atomic
def close_as_approved(*, order: ClosingOrder, by: Actor, now: datetime) -> ClosedRenewal:
    """Close a renewal as `close_renewal` does; raises OutOfPolicy for a price below the approved proposal.

    A renewal without a proposal, one that is lost, and a price at or above the policy price are closed as they are.
    """
    row = order.outcome
    proposal = standing_proposal(row.renewal_id)
    version = proposal.version if proposal else None
    if version is not None and not row.is_lost and row.final_amount < version.policy_amount:
        if not is_approved(version.id):
            raise OutOfPolicy("The proposal of this renewal is not approved.", where="final amount")
        if row.final_amount < version.net_amount:
            raise OutOfPolicy(
                f"{row.final_amount:f} is below the approved {version.net_amount.normalize():f} {version.currency}.",
                where="final amount",
                remedy="Keep the new price as a version of the proposal and ask for it.",
            )
    return close_renewal(order=order, by=by, now=now)
