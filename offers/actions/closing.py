"""Close a renewal for what was approved: not below its proposal, nor, without one, below what the policy allows."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from offers.actions.closing_price import keep_closing_price
from offers.actions.proposals import locked_proposal
from offers.core.accepted import following_of
from offers.core.errors import OutOfPolicy
from offers.models import Proposal
from offers.queries.approvals import is_approved, standing_proposal
from offers.queries.cases import target_of
from renewals.actions.closing import ClosedRenewal, ClosingOrder, carry_out_end_action, close_renewal
from renewals.core.actors import Actor


@transaction.atomic
def close_as_approved(*, order: ClosingOrder, by: Actor, now: datetime) -> ClosedRenewal:
    """Close a renewal as `close_renewal` does; raises OutOfPolicy for a price below the approved proposal.

    One that is lost, and a price at or above the policy price are closed as they are. Without a proposal a price below
    the contract's own amount has to pass the policy, as `keep_closing_price` says. At the price of a signed version
    the next term has the lines that were signed.
    """
    row = order.outcome
    if not row.is_lost:
        check_approved(renewal_id=row.renewal_id, amount=row.final_amount)
        keep_closing_price(renewal_id=row.renewal_id, amount=row.final_amount, by=by, now=now)
        order = _as_signed(order)
    return close_renewal(order=order, by=by, now=now)


@transaction.atomic
def carry_out_as_approved(*, renewal_id: int, by: Actor, now: datetime, today: date) -> ClosedRenewal:
    """Carry out the contract's own clause under the same check; raises OutOfPolicy, and as `carry_out_end_action`."""
    check_approved(renewal_id=renewal_id, amount=target_of(renewal_id))
    return carry_out_end_action(renewal_id=renewal_id, by=by, now=now, today=today)


def check_approved(*, renewal_id: int, amount: Decimal) -> None:
    """Raise OutOfPolicy for an amount below policy and below what was approved; its proposal is locked until the end.

    Locked, because an edit or an acceptance at the same moment would change what the amount is compared with.
    """
    standing = standing_proposal(renewal_id)
    version = locked_proposal(standing.id).version if standing else None
    if version is None or amount >= version.policy_amount:
        return
    if not is_approved(version.id):
        raise OutOfPolicy("The proposal of this renewal is not approved.", where="final amount")
    if amount < version.net_amount:
        raise OutOfPolicy(
            f"{amount:f} is below the approved {version.net_amount.normalize():f} {version.currency}.",
            where="final amount",
            remedy="Keep the new price as a version of the proposal and ask for it.",
        )


def _as_signed(order: ClosingOrder) -> ClosingOrder:
    standing = standing_proposal(order.outcome.renewal_id)
    version = standing.version if standing and standing.state == Proposal.State.SIGNED else None
    if version is None or order.following is not None or order.outcome.final_amount != version.net_amount:
        return order
    return replace(order, following=following_of(version.price))
