"""Whose target it is, and a target against what was reached: as a share of it and as the distance to it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOf:
    """Whose figure a target is for: one segment's, one person's or one team's; nothing given: all accounts."""

    segment: str = ""
    owner_id: int | None = None
    team_id: int | None = None

    @property
    def is_one_thing(self) -> bool:
        """Answer whether it names one thing at most."""
        return sum(map(bool, (self.segment, self.owner_id, self.team_id))) <= 1


EVERYBODY = TargetOf()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """`share` is reached / target, None for a target of zero; `gap` is how far it is above (+) or below (-).

    `is_met` None: nothing is known yet.
    """

    target: Decimal
    reached: Decimal | None
    share: Decimal | None
    gap: Decimal | None
    is_met: bool | None


def attainment(*, target: Decimal, reached: Decimal | None, better: str) -> Attainment:
    """Return how far a target is attained; `better` says whether more ("up") or less ("down") is better."""
    if reached is None:
        return Attainment(target=target, reached=None, share=None, gap=None, is_met=None)
    return Attainment(
        target=target,
        reached=reached,
        share=reached / target if target else None,
        gap=reached - target,
        is_met=reached >= target if better == "up" else reached <= target,
    )
