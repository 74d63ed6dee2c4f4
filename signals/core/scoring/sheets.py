"""Health, expansion potential and risk of a chunk as sheets. The order of the numbers of an input: see `records`."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from signals.core.features import MeasureColumn
from signals.core.features.columns import bytes_of_rows
from signals.core.records import HEALTH_INPUT, RISK_INPUT
from signals.core.risk import BASE
from signals.core.scoring.chunk import ChunkScores
from signals.core.scoring.health import HealthColumns
from signals.core.scoring.sheet import Judged, Sheet, sheet_of


def health_sheet(scores: ChunkScores, *, version_id: int) -> Sheet:
    """Return the health of every account of the chunk."""
    return sheet_of(_judged(scores, scores.health, kind="health", version_id=version_id))


def expansion_sheet(scores: ChunkScores, expansion: HealthColumns, *, version_id: int, health_version_id: int) -> Sheet:
    """Return the expansion potential of every account; the version of the scorecard says how its health was made."""
    judged = _judged(scores, expansion, kind="expansion", version_id=version_id)
    told = f', "health_version_id": {health_version_id}'
    return sheet_of(replace(judged, facts_more=[told] * scores.chunk.size))


def _judged(scores: ChunkScores, health: HealthColumns, *, kind: str, version_id: int) -> Judged:
    """Return scores that are made of points, ready for a sheet."""
    measures, size = health.measures, scores.chunk.size
    value, confidence, age, silent, is_stale, signals, is_fed = (
        np.stack([getattr(measure, name) for measure in measures])
        for name in ("value", "confidence", "age", "silent", "is_stale", "signals", "is_fed")
    )
    is_weighed = health.weight > 0.0
    return Judged(
        kind=kind,
        version_id=version_id,
        accounts=scores.chunk.accounts,
        unfed=_unfed((*scores.measures, *measures)),
        renewal_ids=None,
        keys=tuple(measure.key for measure in measures),
        names=HEALTH_INPUT,
        tables=(
            *(value, health.score, health.weight, confidence, health.share, health.points),
            *(age, silent, is_stale, signals),
        ),
        is_counted=health.is_counted,
        is_missing=~health.is_counted & is_weighed & is_fed,
        is_unfed=~is_fed & is_weighed,
        effects=100.0 * health.share * (health.score - 0.5),
        percent=health.total,
        is_scored=health.is_scored,
        renew_probability=np.full(size, np.nan),
        coverage=health.coverage,
        bands=health.bands,
        facts_more=[""] * size,
        more=[""] * size,
    )


def risk_sheet(scores: ChunkScores, *, version_id: int, health_version_id: int) -> Sheet:
    """Return the risk of every open renewal of the chunk; the version of the scorecard says how measures were read."""
    risks, unfed = scores.risks, _unfed(scores.measures)
    rows = [each.row for each in scores.renewals]
    is_base = np.array([[key == BASE] for key in risks.keys])
    figures = zip(risks.logit.tolist(), risks.base_renew_probability.tolist(), strict=True)
    judged = Judged(
        kind="risk",
        version_id=version_id,
        accounts=[scores.chunk.accounts[row] for row in rows],
        unfed=[unfed[row] for row in rows],
        renewal_ids=np.array([each.id for each in scores.renewals], dtype=np.int64),
        keys=risks.keys,
        names=RISK_INPUT,
        tables=(
            *(np.where(is_base, np.nan, risks.value), risks.x, risks.coefficient, risks.confidence, risks.log_odds),
            *(risks.age, risks.is_stale, risks.signals),
        ),
        is_counted=risks.is_known,
        is_missing=~risks.is_known & risks.is_fed,
        is_unfed=~risks.is_fed,
        effects=risks.log_odds,
        percent=100.0 * risks.loss,
        is_scored=risks.is_scored,
        renew_probability=1.0 - risks.loss,
        coverage=risks.coverage,
        bands=risks.bands,
        facts_more=[
            f', "due_on": "{each.due_on}", "health_version_id": {health_version_id}' for each in scores.renewals
        ],
        more=[f', "logit": {logit!r}, "base_renew_probability": {base!r}' for logit, base in figures],
    )
    return sheet_of(judged)


def _unfed(measures: Sequence[MeasureColumn]) -> list[tuple[str, ...]]:
    """Return per account the measures that nothing feeds; in one workspace they are the same for all but a few."""
    made: dict[bytes, tuple[str, ...]] = {}
    found = []
    table = np.stack([measure.is_fed for measure in measures]).T
    for row, pattern in enumerate(bytes_of_rows(table)):
        if pattern not in made:
            named = zip(measures, table[row].tolist(), strict=True)
            made[pattern] = tuple(dict.fromkeys(measure.key for measure, is_fed in named if not is_fed))
        found.append(made[pattern])
    return found
