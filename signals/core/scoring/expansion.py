"""The expansion potential of a chunk of accounts: the formula of health with a scorecard of its own.

It reads the same measures by its own curves and windows, and the health of the account beside them: nothing is sold on
to an account that is not well.
"""

from collections.abc import Callable

import numpy as np

from signals.core.features import MeasureColumn, measure_chunk, rule_columns
from signals.core.scorecard import MeasureRule, Scorecard
from signals.core.scoring.chunk import ChunkScores
from signals.core.scoring.health import HealthColumns, health_columns

HEALTH = "health"
Rules = Callable[[str, str], tuple[MeasureRule, ...]]


def expansion_columns(scores: ChunkScores, rules: Rules, scorecard: Scorecard) -> HealthColumns:
    """Return the expansion potential of every account; `rules` gives the measures for a segment and complexity."""
    columns = rule_columns([rules(each.segment, each.complexity) for each in scores.chunk.accounts])
    read = measure_chunk(scores.chunk, columns)
    measures = tuple(_health(scores) if measure.key == HEALTH else measure for measure in read)
    return health_columns(measures, columns, scorecard)


def _health(scores: ChunkScores) -> MeasureColumn:
    """Return the health of the accounts as a measure; one that is not scored is not known."""
    health, size = scores.health, scores.chunk.size
    nothing = np.zeros(size, dtype=np.int64)
    return MeasureColumn(
        key=HEALTH,
        value=np.where(health.is_scored, health.total, np.nan),
        confidence=np.where(health.is_scored, health.coverage, 0.0),
        age=np.where(health.is_scored, np.maximum(health.oldest, 0), 0),
        silent=nothing,
        is_stale=nothing > 0,
        signals=nothing,
        is_fed=nothing == 0,
    )
