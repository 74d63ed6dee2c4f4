"""Two models on the same later outcomes: which foretold better, beyond chance, and do they order accounts alike."""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.late import Late
from signals.core.learning.metrics.honesty import calibration_error, row_losses
from signals.core.learning.metrics.intervals import resampled_mean
from signals.core.learning.reporting.figures import is_enough, known
from signals.core.model_life import Duel

STATS = Late("scipy.stats")

LARGE_SEGMENT = 100
WORSE_BY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contest:
    """Outcomes (1 lost, 0 kept) with what both models had said of them beforehand."""

    outcome: Array
    challenger: Array
    champion: Array
    groups: Array
    segments: Array


def duel(contest: Contest, *, rng: np.random.Generator) -> Duel:
    """Return the comparison; figures are None below 30 outcomes, or 5 of one kind."""
    count = len(contest.outcome)
    if not is_enough(contest.outcome):
        return Duel(outcomes_count=count, loss_difference=None, low=None, high=None, rank_correlation=None)
    gap = row_losses(contest.outcome, contest.challenger) - row_losses(contest.outcome, contest.champion)
    interval = resampled_mean(gap, contest.groups, rng=rng)
    return Duel(
        outcomes_count=count,
        loss_difference=known(float(gap.mean())),
        low=known(interval.low),
        high=known(interval.high),
        rank_correlation=known(float(STATS.spearmanr(contest.challenger, contest.champion).statistic)),
        worse_segments=_worse(contest),
    )


def _worse(contest: Contest) -> tuple[str, ...]:
    """Name the large segments in which the challenger's probabilities are further from what happened."""
    found = []
    for segment in sorted({str(each) for each in contest.segments} - {""}):
        rows = contest.segments.astype(str) == segment
        if rows.sum() < LARGE_SEGMENT:
            continue
        errors = [calibration_error(contest.outcome[rows], p[rows]) for p in (contest.challenger, contest.champion)]
        found += [segment] if errors[0] > errors[1] + WORSE_BY else []
    return tuple(found)
