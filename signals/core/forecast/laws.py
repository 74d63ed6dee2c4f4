"""What past quarters teach: how kept renewals change, how late they are signed, how far quarters stray together.

Until enough has ended the shipped opinion holds, and the laws say so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from signals.core.forecast.rules import FactorRules, ForecastRules, ParameterRules, RatioRules

GRID = np.linspace(0.0, 1.0, 21)
EVERY_SEGMENT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRenewal:
    """A renewal that ended: what was foretold of it at the horizon (None: nothing), and what came of it.

    `ratio` is final over target amount, 0 when lost; `delay_days` runs from due date to decision.
    """

    quarter_on: date
    segment: str
    loss_probability: float | None
    ratio: float
    delay_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioLaw:
    """What becomes of a renewal that is kept: shares of three kinds, ratios of two of them as even quantiles."""

    contracted: float
    flat: float
    contracted_ratios: tuple[float, ...]
    expanded_ratios: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Return the mean ratio of kept renewals."""
        expanded = 1 - self.contracted - self.flat
        below, above = (_mean_of(each) for each in (self.contracted_ratios, self.expanded_ratios))
        return float(self.contracted * below + self.flat + expanded * above)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorLaw:
    """What all renewals of a quarter (of a segment) share, on the log-odds: variances, and degrees of freedom."""

    variance: float
    segment_variance: float
    quarters: int
    is_assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLaw:
    """How far the chances of all renewals are off together: true log-odds = level + (1 + slope) x stated log-odds.

    Variances of both and their covariance: the Laplace posterior around what is stated, from `outcomes` that are known.
    """

    level: float
    slope: float
    both: float
    outcomes: int

    def variance_at(self, log_odds: float) -> float:
        """Return the variance that it gives to a renewal of these log-odds."""
        return self.level + 2 * self.both * log_odds + self.slope * log_odds * log_odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """All that a distribution is drawn by; `ratios` by segment, "" for one never seen."""

    ratios: Mapping[str, RatioLaw]
    delay_days: tuple[float, ...]
    factor: FactorLaw
    parameters: ParameterLaw
    renewals: int

    def ratio_of(self, segment: str) -> RatioLaw:
        """Return the law of a segment."""
        return self.ratios.get(segment, self.ratios[EVERY_SEGMENT])


def learn_laws(past: Sequence[PastRenewal], rules: ForecastRules) -> Laws:
    """Return the laws by what ended; with nothing ended, the shipped opinion."""
    kept = [each for each in past if each.ratio > 0]
    whole = _ratio_law(kept, _shipped(rules.ratios), rules.ratios)
    by_segment: dict[str, list[PastRenewal]] = defaultdict(list)
    for each in kept:
        by_segment[each.segment].append(each)
    ratios = {name: _ratio_law(rows, whole, rules.ratios) for name, rows in sorted(by_segment.items()) if name}
    delays = sorted(float(each.delay_days) for each in kept)
    parameters = parameter_law(past, rules.parameters)
    enough = len(delays) >= rules.minimum_delays
    return Laws(
        ratios={EVERY_SEGMENT: whole, **ratios},
        delay_days=_even(delays) if enough else rules.delay_days,
        factor=factor_law(past, rules.factors, parameters=parameters),
        parameters=parameters,
        renewals=len(past),
    )


def parameter_law(past: Iterable[PastRenewal], rules: ParameterRules) -> ParameterLaw:
    """Return how sure level and slope of the chances are: the inverse of what outcomes and the prior know.

    Laplace: the information of an outcome with chance p and log-odds x is p (1 - p) (1, x)(1, x)', that of the prior is
    one over its variances. It is taken at the chances as they are stated; drawing moves no chance on the whole.
    """
    stated = [each.loss_probability for each in past if each.loss_probability is not None]
    chances = _safe(stated)
    odds = np.log(chances) - np.log1p(-chances)
    weights = chances * (1 - chances)
    level = float(np.sum(weights)) + 1 / rules.level**2
    both = float(np.sum(weights * odds))
    slope = float(np.sum(weights * odds * odds)) + 1 / rules.slope**2
    whole = level * slope - both * both
    return ParameterLaw(level=slope / whole, slope=level / whole, both=-both / whole, outcomes=len(stated))


def factor_law(past: Iterable[PastRenewal], rules: FactorRules, *, parameters: ParameterLaw) -> FactorLaw:
    """Return how far quarters stray together from what was foretold before they began.

    z = (lost - foretold) / sqrt(sum p (1 - p)) has variance 1 + v sum p (1 - p) where all share a shift of variance v
    on the log-odds; so v = sum(z^2 - 1) / sum of the p (1 - p), less what the chances are off by themselves, which is
    drawn apart, never below the floor. The shift of a segment is what is left of its own after that of the whole.
    """
    quarters = _quarters(past)
    shifts = [_shifts(rows) for rows in quarters.values()]
    if len(shifts) < rules.minimum_quarters:
        return FactorLaw(
            variance=rules.prior_variance,
            segment_variance=rules.segment_floor,
            quarters=rules.prior_quarters,
            is_assumed=True,
        )
    weights = sum(weight for (_, weight), _ in shifts)
    excess = sum(weight * shift * shift - 1 for (shift, weight), _ in shifts)
    own, own_weights = _segment_excess(shifts)
    return FactorLaw(
        variance=max(rules.floor, excess / weights - parameters.variance_at(_middle_odds(quarters.values()))),
        segment_variance=max(rules.segment_floor, own / own_weights if own_weights else 0.0),
        quarters=len(shifts),
        is_assumed=False,
    )


def _middle_odds(quarters: Iterable[Sequence[PastRenewal]]) -> float:
    """Return the log-odds of the chances of all of them together."""
    chance = float(np.mean(_safe([each.loss_probability for rows in quarters for each in rows])))
    return float(np.log(chance) - np.log1p(-chance))


def _safe(chances: Sequence[float | None]) -> npt.NDArray[np.float64]:
    safe: npt.NDArray[np.float64] = np.clip(np.array([each or 0.0 for each in chances], dtype=float), 1e-4, 1 - 1e-4)
    return safe


Shift = tuple[float, float]


def _segment_excess(shifts: list[tuple[Shift, list[Shift]]]) -> tuple[float, float]:
    excess = weights = 0.0
    for (whole, whole_weight), parts in shifts:
        for shift, weight in parts:
            if weight < whole_weight:
                excess += weight * (shift - whole) ** 2 - (1 - weight / whole_weight)
                weights += weight
    return excess, weights


def _shifts(rows: list[PastRenewal]) -> tuple[Shift, list[Shift]]:
    """Return the shift of a quarter with its weight, and those of its segments."""
    segments = sorted({row.segment for row in rows})
    return _shift(rows), [_shift([row for row in rows if row.segment == each]) for each in segments]


def _shift(rows: list[PastRenewal]) -> Shift:
    chances = _safe([row.loss_probability for row in rows])
    lost = np.array([row.ratio == 0 for row in rows], dtype=float)
    weight = float(np.sum(chances * (1 - chances)))
    return float(np.sum(lost - chances)) / weight, weight


def _quarters(past: Iterable[PastRenewal]) -> dict[date, list[PastRenewal]]:
    found: dict[date, list[PastRenewal]] = defaultdict(list)
    for each in past:
        if each.loss_probability is not None:
            found[each.quarter_on].append(each)
    return dict(sorted(found.items()))


def _shipped(rules: RatioRules) -> RatioLaw:
    return RatioLaw(
        contracted=rules.contracted,
        flat=rules.flat,
        contracted_ratios=rules.contracted_ratios,
        expanded_ratios=rules.expanded_ratios,
    )


def _ratio_law(kept: list[PastRenewal], before: RatioLaw, rules: RatioRules) -> RatioLaw:
    """Return the law of these renewals, pulled to the one before them by so many cases."""
    below = sorted(each.ratio for each in kept if each.ratio < 0.98)
    above = sorted(each.ratio for each in kept if each.ratio > 1.02)
    whole = len(kept) + rules.cases
    return RatioLaw(
        contracted=(len(below) + rules.cases * before.contracted) / whole,
        flat=(len(kept) - len(below) - len(above) + rules.cases * before.flat) / whole,
        contracted_ratios=_even(below) if len(below) >= rules.minimum else before.contracted_ratios,
        expanded_ratios=_even(above) if len(above) >= rules.minimum else before.expanded_ratios,
    )


def _even(found: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(each) for each in np.quantile(np.asarray(found), GRID))


def _mean_of(quantiles: Sequence[float]) -> float:
    """Return the mean of what is drawn along straight lines between even quantiles."""
    values = np.asarray(quantiles)
    return float(np.mean((values[1:] + values[:-1]) / 2)) if len(values) > 1 else float(values[0])
