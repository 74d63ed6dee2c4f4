"""What the policy says of a revised term, and who may approve a revision whose terms go beyond its limits.

Days to pay and the length of the term do not change by a revision, so limits on them are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from offers.core.approvals.asking import own_rank
from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis, judge
from offers.core.policy import Measure, Outcome, Policy
from offers.core.pricing import Wish
from offers.core.revisions.terms import RevisedTerm
from renewals.core.errors import RateMissing

UNCHANGED = (Measure.PAYMENT_DAYS, Measure.TERM_MONTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """The level a revised price needs, empty for none; `is_refused`: the policy allows it to nobody."""

    level: str = ""
    is_refused: bool = False


def governed_policy(policy: Policy) -> Policy:
    """Return the policy with the limits that a revision can touch."""
    return replace(policy, limits=tuple(each for each in policy.limits if each.measure not in UNCHANGED))


def beyond_limits(basis: Basis, made: RevisedTerm, *, policy: Policy) -> Beyond:
    """Return what a revised term needs under a policy from `governed_policy`.

    A price the policy has nothing to compare with is asked of its highest level.
    """
    wish = Wish(asked={line.key: line.new.amount for line in made.lines})
    try:
        verdict = judge(basis, policy, wish).verdict
    except (PriceNotPossible, RateMissing):
        return Beyond(level=policy.levels[-1].key if policy.levels else "")
    return Beyond(level=verdict.level, is_refused=verdict.outcome is Outcome.REFUSE)


def hardest_level(policy: Policy, levels: Iterable[str]) -> str:
    """Return the highest of some levels, empty for none; one the policy no longer has counts as its highest."""
    known = [each for each in levels if each]
    if not known:
        return ""
    return policy.levels[max(policy.ranks.get(each, len(policy.levels)) for each in known) - 1].key


def may_allow(policy: Policy, level: str, role: str) -> bool:
    """Answer whether a role may approve what needs a level: one asked at its last stage, or whose own limit it is."""
    found = policy.level(level)
    last = max((step.stage for step in found.steps), default=0)
    asked = {each for step in found.steps if step.stage == last for each in step.roles}
    return role in asked or own_rank(policy, role) >= policy.ranks[level]
