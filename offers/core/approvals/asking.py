"""Whether a version of a proposal has to be asked for at all, and of which level; the evidence is in the answer."""

from dataclasses import dataclass
from enum import StrEnum

from offers.core.policy.definition import Policy
from offers.core.policy.verdict import Baseline, Outcome, Verdict, remaining


class Way(StrEnum):
    """How a version comes to be approved, or why it cannot."""

    INSIDE = "inside"
    CARRIED = "carried"
    OWN_LIMIT = "own_limit"
    ASK = "ask"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The way, the level that is asked (empty where nobody is), and the verdict it rests on."""

    way: Way
    level: str
    verdict: Verdict

    @property
    def is_approved(self) -> bool:
        """Answer whether nobody need be asked."""
        return self.way in (Way.INSIDE, Way.CARRIED, Way.OWN_LIMIT)


def asking_for(policy: Policy, verdict: Verdict, *, approved: Baseline | None, role: str) -> Asking:
    """Return what has to be done before this version may be presented.

    `approved`: the governed values of the version approved last, None for none. `role` is the requester's: up to the
    level that names it as its own, nobody else is asked.
    """
    if verdict.outcome is Outcome.REFUSE:
        return Asking(way=Way.REFUSED, level="", verdict=verdict)
    if verdict.outcome is Outcome.ALLOW:
        return Asking(way=Way.INSIDE, level="", verdict=verdict)
    left = verdict if approved is None else remaining(policy, verdict, approved)
    if left.outcome is Outcome.ALLOW:
        return Asking(way=Way.CARRIED, level="", verdict=left)
    way = Way.OWN_LIMIT if policy.ranks[left.level] <= own_rank(policy, role) else Way.ASK
    return Asking(way=way, level=left.level, verdict=left)


def own_rank(policy: Policy, role: str) -> int:
    """Return the rank up to which a role needs nobody else, 0 for none."""
    return max((policy.ranks[level.key] for level in policy.levels if role in level.own_roles), default=0)
