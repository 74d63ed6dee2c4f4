"""How far a price revision goes beyond the limits of the policy, and who may approve it therefore."""

from dashboards.core.money import count_words
from dashboards.queries.asker import Asker
from offers.core.revisions import hardest_level, may_allow
from offers.models import PriceRevision
from offers.queries.library import policy_in_force
from offers.queries.revisions import level_counts
from renewals.core.roles import can


def may_approve_revision(asker: Asker, row: PriceRevision) -> bool:
    """Answer whether a person's role approves it: the level its prices ask for, else whoever approves rules."""
    policy = policy_in_force().policy
    level = hardest_level(policy, level_counts(row.id))
    if level:
        return may_allow(policy, level, asker.membership.role)
    return can(asker.member, "offer_approvals.change")


def beyond_facts(row: PriceRevision) -> tuple[tuple[str, str], ...]:
    """Return how many terms ask for which level: a revision is no way round the policy."""
    names = level_names()
    said = (
        f"{count_words(number, 'term asks', 'terms ask')} for {names.get(level, level)}"
        for level, number in level_counts(row.id).items()
    )
    return (("Beyond the limits", "; ".join(said) or "no term"),)


def level_names() -> dict[str, str]:
    """Return what the levels of the policy in force are called."""
    return {level.key: level.name for level in policy_in_force().policy.levels}
