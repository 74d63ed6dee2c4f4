"""Win an account back at a price that the policy lets pass, or signed by somebody of its level who does not own it.

What they left at is what the price is compared with: losing a renewal is no way round the policy.
"""

from datetime import datetime

from django.db import transaction

from offers.core.approvals import asking_for
from offers.core.closing import closing_wish
from offers.core.errors import OutOfPolicy
from offers.core.revisions import may_allow
from offers.queries.approvals import role_of
from offers.queries.cases import home_currency, judged, renewal_case
from offers.queries.library import policy_in_force
from renewals.actions.win_backs import Signed, sign_win_back
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.money import Money
from renewals.queries.win_backs import LossReview, loss


@transaction.atomic
def sign_win_back_as_allowed(*, review_id: int, signed: Signed, by: Actor, now: datetime) -> None:
    """Write the contract as `sign_win_back` does; raises OutOfPolicy where somebody else has to allow the price."""
    row = loss(review_id)
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.")
    if signed.amount < row.renewal.target_amount:
        _check_price(row, signed, by, now)
    sign_win_back(review_id=review_id, signed=signed, by=by, now=now)


def _check_price(row: LossReview, signed: Signed, by: Actor, now: datetime) -> None:
    case = renewal_case(row.renewal_id, home_currency=home_currency(), today=now.date())
    wish = closing_wish(case.lines, amount=Money(signed.amount, row.renewal.currency), months=signed.months)
    policy, role = policy_in_force().policy, role_of(by.id)
    asking = asking_for(policy, judged(case, policy, wish).verdict, approved=None, role=role)
    owners = case.owner_ids | {row.owner_id, row.win_back_owner_id}
    if asking.is_approved or (asking.level and by.id not in owners and may_allow(policy, asking.level, role)):
        return
    who = f"{policy.level(asking.level).name} has to write it" if asking.level else "the policy allows it to nobody"
    raise OutOfPolicy(f"This is below what they left at: {who}.", where="amount")
