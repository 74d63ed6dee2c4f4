"""Does the model put the lost above the retained? Order only; the size of a probability does not count here.

Every measure takes outcomes (1 lost, 0 retained), scores and optional weights such as amounts, and returns nan when
one class is missing.
"""

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.late import Late

STATS = Late("scipy.stats")

TOP_SHARE = 0.1


def area_under_curve(outcome: Array, score: Array, weight: Array | None = None) -> float:
    """Return the probability that a lost row scores above a retained one, ties counting half (Mann-Whitney)."""
    if weight is not None:
        return _weighted_area(outcome, score, weight)
    lost = outcome == 1
    positives, negatives = int(lost.sum()), int((~lost).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    ranks = STATS.rankdata(score)
    return float((ranks[lost].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def area_within(outcome: Array, score: Array, strata: Array) -> float:
    """Return the AUC over pairs of the same stratum (fold or quarter), each stratum weighing as its number of pairs.

    Models of different folds are not on one scale: with no signal at all, the loss rates that they learned make pairs
    across folds look worse than chance.
    """
    areas, pairs = [], []
    for stratum in np.unique(strata):
        here = strata == stratum
        lost = int(outcome[here].sum())
        if 0 < lost < here.sum():
            areas.append(area_under_curve(outcome[here], score[here]))
            pairs.append(lost * (int(here.sum()) - lost))
    return float(np.average(areas, weights=pairs)) if pairs else float("nan")


def _weighted_area(outcome: Array, score: Array, weight: Array) -> float:
    _, place = np.unique(score, return_inverse=True)
    lost = np.bincount(place, weight * outcome)
    kept = np.bincount(place, weight * (1 - outcome))
    if lost.sum() <= 0 or kept.sum() <= 0:
        return float("nan")
    below = np.cumsum(kept) - kept
    return float((lost * (below + kept / 2)).sum() / (lost.sum() * kept.sum()))


def average_precision(outcome: Array, score: Array, weight: Array | None = None) -> float:
    """Return the sum of precision times gain of recall down the list, ties taken together."""
    weights = np.ones(len(outcome)) if weight is None else weight
    if (weights * outcome).sum() <= 0:
        return float("nan")
    _, place = np.unique(-score, return_inverse=True)
    lost = np.bincount(place, weights * outcome)
    seen = np.bincount(place, weights)
    precision = np.cumsum(lost) / np.cumsum(seen)
    return float((precision * lost).sum() / lost.sum())


def top_lift(outcome: Array, score: Array, share: float = TOP_SHARE) -> float:
    """Return the loss rate in the riskiest share of rows divided by the rate of all; ties are shared out evenly."""
    rate = float(outcome.mean()) if len(outcome) else 0.0
    if rate == 0:
        return float("nan")
    count = max(1, int(len(outcome) * share))
    return captured(outcome, score, count) * float(outcome.sum()) / count / rate


def captured(outcome: Array, score: Array, count: int, weight: Array | None = None) -> float:
    """Return the share of all losses (of their weight) among the `count` riskiest rows, ties shared out evenly."""
    lost = outcome if weight is None else outcome * weight
    if lost.sum() <= 0 or count <= 0:
        return float("nan")
    if count >= len(score):
        return 1.0
    edge = np.partition(score, -count)[-count]
    above, at_edge = score > edge, score == edge
    room = (count - int(above.sum())) / int(at_edge.sum())
    return float((lost[above].sum() + room * lost[at_edge].sum()) / lost.sum())
