"""A renewal that closed without any proposal, judged by the price it closed at, on what is known of it.

Nobody recorded days to pay or who would have asked, so limits on the former are left out and nobody's own limit counts.
"""

from dataclasses import replace

from offers.core.approvals import Way, asking_for
from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis, at_home, judge
from offers.core.policy import Measure, Policy
from offers.core.pricing import Wish
from offers.core.simulation.chain import Side
from offers.core.simulation.unknown import unknown_to
from renewals.core.errors import RateMissing


def simulate_closing(basis: Basis, wish: Wish, *, policy: Policy) -> Side | None:
    """Return what a policy would have led to for a closing price; None where it has no price for a line."""
    known = replace(policy, limits=tuple(each for each in policy.limits if each.measure is not Measure.PAYMENT_DAYS))
    try:
        judged = judge(basis, known, wish)
    except (PriceNotPossible, RateMissing):
        return None
    asking = asking_for(known, judged.verdict, approved=None, role="")
    unknown = unknown_to(known, basis, judged)
    return Side(
        way=asking.way,
        level=known.level(asking.level) if asking.way is Way.ASK else None,
        judged=judged,
        net=at_home(basis, judged.price.net),
        given=at_home(basis, judged.price.given),
        unknown=(*unknown, "payment_days") if len(known.limits) < len(policy.limits) else unknown,
    )
