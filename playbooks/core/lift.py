"""Measured lift: what a playbook or a step does, as the difference between arms that chance alone told apart. Pure.

Everybody counts by the arm he drew, whatever became of him; each account counts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, sqrt

from signals.core.learning.metrics.intervals import Interval, wilson

FEWEST = 20
"""Decided accounts each arm needs before a number is shown."""
UNEVEN_BELOW = 0.0005
"""Arms that are less likely than this to be drawn as they are were not told apart by chance alone."""
TELLS_APART = 2.8
"""Standard errors a true lift has to span to be found four times out of five, at 5 % of false findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCount:
    """The accounts of an arm: those that drew it, those whose renewal is decided, and of these the renewed ones."""

    drawn: int = 0
    decided: int = 0
    kept: int = 0

    @property
    def rate(self) -> float | None:
        """Return the share renewed of the decided; None when none is decided."""
        return self.kept / self.decided if self.decided else None

    @property
    def undecided(self) -> int:
        """Return how many are not decided yet."""
        return self.drawn - self.decided


class Verdict(StrEnum):
    """Whether a lift can be read: no, for want of cases; no, because the arms are uneven; or yes."""

    TOO_FEW = "too_few"
    UNEVEN = "uneven"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """One comparison read out. `points` is treated minus held out, -1 to 1, with its 95 % interval; None when not read.

    `chance` is how likely arms as uneven as these are by chance alone; `least_found` is the smallest true lift that
    so many decided accounts would find four times out of five, None while it cannot be told.
    """

    treated: ArmCount
    held_out: ArmCount
    released: int
    verdict: Verdict
    chance: float
    points: float | None = None
    interval: Interval | None = None
    least_found: float | None = None

    @property
    def needed(self) -> int:
        """Return how many decided accounts the smaller arm still lacks."""
        return max(0, FEWEST - min(self.treated.decided, self.held_out.decided))


Strata = Mapping[int, tuple[ArmCount, ArmCount]]
"""Both arms, treated and held out, of the accounts that were drawn with the same share in percent."""


def measure_lift(strata: Strata, *, released: int = 0) -> Lift:
    """Return the lift of one comparison, of which people let out `released` accounts.

    Where the share was changed, accounts are compared within each share, and the shares are weighted by their size.
    """
    chance = chance_of_arms(strata)
    treated, held_out = (_sum([pair[side] for pair in strata.values()]) for side in (0, 1))
    verdict = Verdict.READ
    if chance < UNEVEN_BELOW:
        verdict = Verdict.UNEVEN
    elif min(treated.decided, held_out.decided) < FEWEST:
        verdict = Verdict.TOO_FEW
    found = _difference([pair for pair in strata.values() if all(arm.decided for arm in pair)])
    points, interval, spread = found if found and verdict is Verdict.READ else (None, None, None)
    return Lift(
        treated=treated,
        held_out=held_out,
        released=released,
        verdict=verdict,
        chance=chance,
        points=points,
        interval=interval,
        least_found=None if spread is None else TELLS_APART * spread,
    )


def chance_of_arms(strata: Strata) -> float:
    """Return how likely arms at least as uneven are by the shares alone (chi-square, one degree of freedom)."""
    off = spread = 0.0
    for percent, (treated, held_out) in strata.items():
        share, total = percent / 100, treated.drawn + held_out.drawn
        off += held_out.drawn - share * total
        spread += share * (1 - share) * total
    return 1.0 if not spread else erfc(sqrt(off * off / spread / 2))


def _sum(counts: Sequence[ArmCount]) -> ArmCount:
    return ArmCount(
        drawn=sum(each.drawn for each in counts),
        decided=sum(each.decided for each in counts),
        kept=sum(each.kept for each in counts),
    )


def _difference(pairs: Sequence[tuple[ArmCount, ArmCount]]) -> tuple[float, Interval, float] | None:
    """Return treated minus held out, its 95 % interval and its standard error.

    Source: Newcombe 1998, method 10 (the limits of both shares by Wilson, joined), weighted over strata as in MOVER.
    """
    total = sum(arm.decided for pair in pairs for arm in pair)
    points = low = high = variance = 0.0
    for treated, held_out in pairs:
        weight = (treated.decided + held_out.decided) / total
        one, other = (arm.kept / arm.decided for arm in (treated, held_out))
        of_one, of_other = (wilson(arm.kept, arm.decided) for arm in (treated, held_out))
        points += weight * (one - other)
        low += weight**2 * ((one - of_one.low) ** 2 + (of_other.high - other) ** 2)
        high += weight**2 * ((of_one.high - one) ** 2 + (other - of_other.low) ** 2)
        variance += weight**2 * (_variance(treated) + _variance(held_out))
    if not pairs:
        return None
    return points, Interval(points - sqrt(low), points + sqrt(high)), sqrt(variance)


def _variance(arm: ArmCount) -> float:
    """Return the variance of an arm's share, with one renewal of each kind added so that it is never none."""
    share = (arm.kept + 1) / (arm.decided + 2)
    return share * (1 - share) / arm.decided
