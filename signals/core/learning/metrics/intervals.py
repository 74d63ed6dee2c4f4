"""How sure a figure is: Wilson and Poisson limits, and the bootstrap over whole accounts.

Rows of one account are drawn together, because they are not independent. Chance comes from the seed that is given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.late import Late

STATS = Late("scipy.stats")

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """The limits between which the true figure lies, with the confidence that was asked for; nan when unknown."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Answer whether the value lies within; an unknown interval holds everything."""
        return not (value < self.low or value > self.high)


UNKNOWN = Interval(float("nan"), float("nan"))


def wilson(successes: float, trials: float, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval of a share; nan when nothing was tried (Wilson 1927)."""
    if trials <= 0:
        return UNKNOWN
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * float(np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def poisson_limits(count: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact limits of the mean of a count (Garwood 1936)."""
    tail = (1 - confidence) / 2
    low = 0.0 if count <= 0 else float(STATS.chi2.ppf(tail, 2 * count)) / 2
    return Interval(low, float(STATS.chi2.ppf(1 - tail, 2 * (count + 1))) / 2)


def resampled(
    measure: Callable[[Array], float],
    groups: Array,
    *,
    rng: np.random.Generator,
    repeats: int = 500,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the percentile interval of `measure(rows)` when whole groups are drawn with replacement."""
    starts, order = _group_rows(groups)
    values = []
    for _ in range(repeats):
        drawn = rng.integers(0, len(starts) - 1, len(starts) - 1)
        values.append(measure(_rows_of(drawn, starts, order)))
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < repeats / 2:
        return UNKNOWN
    return Interval(float(np.quantile(known, (1 - confidence) / 2)), float(np.quantile(known, (1 + confidence) / 2)))


def resampled_mean(
    values: Array, groups: Array, *, rng: np.random.Generator, repeats: int = 2000, confidence: float = CONFIDENCE
) -> Interval:
    """Return the percentile interval of a mean over rows when whole groups are drawn; fast, for paired differences."""
    _, place = np.unique(groups.astype(str), return_inverse=True)
    sums = np.bincount(place, values)
    sizes = np.bincount(place)
    if len(sums) < 2:
        return UNKNOWN
    means = np.empty(repeats)
    for repeat in range(repeats):
        drawn = rng.integers(0, len(sums), len(sums))
        means[repeat] = sums[drawn].sum() / sizes[drawn].sum()
    return Interval(float(np.quantile(means, (1 - confidence) / 2)), float(np.quantile(means, (1 + confidence) / 2)))


def _group_rows(groups: Array) -> tuple[Array, Array]:
    _, place, counts = np.unique(groups.astype(str), return_inverse=True, return_counts=True)
    return np.concatenate([[0], np.cumsum(counts)]), np.argsort(place, kind="stable")


def _rows_of(drawn: Array, starts: Array, order: Array) -> Array:
    if len(order) == len(starts) - 1:
        return np.asarray(order[drawn])
    return np.concatenate([order[starts[group] : starts[group + 1]] for group in drawn])
