"""Win an account back at a price that was approved, that the policy lets pass, or that somebody of its level signs.

What they left at is what the price is compared with: losing a renewal is no way round the policy.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from offers.actions.proposals import locked_proposal
from offers.core.accepted import following_of
from offers.core.approvals import asking_for
from offers.core.closing import closing_wish
from offers.core.errors import OutOfPolicy
from offers.core.revisions import may_allow
from offers.queries.approvals import approved_win_back, role_of, standing_proposal
from offers.queries.cases import home_currency, judged, renewal_case
from offers.queries.library import policy_in_force
from renewals.actions.win_backs import Signed, sign_win_back
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.money import Money
from renewals.queries.win_backs import LossReview, loss


@transaction.atomic
def sign_win_back_as_allowed(*, review_id: int, signed: Signed, by: Actor, now: datetime) -> LossReview:
    """Write the contract as `sign_win_back` does and return the win-back that is won.

    At the price of an approved proposal the contract has the lines that were proposed. Raises OutOfPolicy where
    somebody else has to allow the price.
    """
    row = loss(review_id)
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.")
    if standing := standing_proposal(row.renewal_id):
        locked_proposal(standing.id)  # an edit meanwhile would change what the amount is compared with
    version = approved_win_back(row.renewal_id)
    if version is not None and signed.amount == version.net_amount and signed.agreed is None:
        signed = replace(signed, agreed=following_of(version.price))
    left_at = row.renewal.target_amount
    if signed.amount < (left_at if version is None else min(version.net_amount, left_at)):
        _check_price(row, signed, by, now)
    return sign_win_back(review_id=review_id, signed=signed, by=by, now=now)


def _check_price(row: LossReview, signed: Signed, by: Actor, now: datetime) -> None:
    case = renewal_case(row.renewal_id, home_currency=home_currency(), today=now.date())
    wish = closing_wish(case.lines, amount=Money(signed.amount, row.renewal.currency), months=signed.months)
    policy, role = policy_in_force().policy, role_of(by.id)
    asking = asking_for(policy, judged(case, policy, wish).verdict, approved=None, role=role)
    is_theirs = by.id in case.owner_ids
    if asking.is_approved or (asking.level and not is_theirs and may_allow(policy, asking.level, role)):
        return
    who = f"{policy.level(asking.level).name} has to write it" if asking.level else "the policy allows it to nobody"
    raise OutOfPolicy(f"This is below what they left at: {who}.", where="amount")
