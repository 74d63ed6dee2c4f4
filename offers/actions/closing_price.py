"""What a renewal without a proposal may be closed at: below its contract's amount only what the policy lets pass.

What passes leaves its evidence behind: a signed proposal with its verdict, and the ground on which nobody was asked.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from offers.actions.approvals import ask_approval
from offers.actions.proposals import ProposalWish, keep_proposal, present_proposal, sign_proposal
from offers.core.closing import closing_wish
from offers.core.errors import OutOfPolicy
from offers.models import ProposalVersion
from offers.queries.approvals import standing_proposal
from offers.queries.cases import home_currency, renewal_case
from offers.queries.renewals import following_months, locked_renewal
from renewals.core.actors import Actor
from renewals.core.money import Money

NOTE = "Closed at this price without a proposal."
REMEDY = "Make a proposal at that price and ask for it. Do they buy less? Say so there, as seats: that is no discount."


@transaction.atomic
def keep_closing_price(*, renewal_id: int, amount: Decimal, by: Actor, now: datetime) -> ProposalVersion | None:
    """Keep a closing price below the contract's own amount as a signed version; None where there is nothing to keep.

    That is: a proposal stands, the renewal is closed, or the amount is no lower than it is due at. Raises OutOfPolicy
    where the policy refuses the price or somebody has to agree to it, PriceNotPossible where it has none to compare.
    """
    row = locked_renewal(renewal_id)
    if row.closed_on is not None or not 0 < amount < row.target_amount or standing_proposal(renewal_id) is not None:
        return None
    case = renewal_case(renewal_id, home_currency=home_currency(), today=now.date())
    wish = closing_wish(case.lines, amount=Money(amount, row.currency), months=following_months(row))
    given = ProposalWish(wish=wish, note=NOTE)
    version = keep_proposal(renewal_id=renewal_id, given=given, today=now.date(), by=by, now=now)
    request = ask_approval(version_id=version.id, note=NOTE, by=by, now=now)
    if request.state != "approved":
        what = f"{amount.normalize():f} {row.currency} is below the {row.target_amount.normalize():f} it is due at"
        raise OutOfPolicy(f"{what}: {request.level_name} has to agree first.", where="final amount", remedy=REMEDY)
    for step in (present_proposal, sign_proposal):
        step(proposal_id=version.proposal_id, version_id=version.id, by=by, now=now)
    return version
