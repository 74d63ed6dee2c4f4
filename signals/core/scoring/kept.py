"""The health of snapshots by one scorecard, from the measures they keep: numbers of different weights never mix."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from signals.core.features import MeasureColumn, RuleColumn, rule_columns
from signals.core.scoring.chunk import RuleBook
from signals.core.scoring.health import health_columns


def with_health_by(documents: Sequence[dict[str, Any]], book: RuleBook) -> list[dict[str, Any]]:
    """Return the documents with the health and coverage that `book` gives their measures.

    By the rules a document was made by, these are the numbers it holds already, to the last digit.
    """
    if not documents:
        return []
    rules = rule_columns([book.rules(each["segment"], each["account"]["complexity"]) for each in documents])
    health = health_columns(tuple(_measure(documents, rule) for rule in rules), rules, book.scorecard)
    scored, totals, coverage = health.is_scored.tolist(), health.total.tolist(), health.coverage.tolist()
    return [
        {**document, "health": [totals[row] if scored[row] else None, coverage[row]]}
        for row, document in enumerate(documents)
    ]


def _measure(documents: Sequence[dict[str, Any]], rule: RuleColumn) -> MeasureColumn:
    """Return a measure as the documents keep it; ages and counts decide nothing here."""
    pairs = [document["measures"].get(rule.key, (None, 0.0)) for document in documents]
    value = np.array([np.nan if known is None else known for known, _ in pairs], dtype=np.float64)
    needed = frozenset(rule.rules[0].fed_by or rule.kinds)
    is_heard = np.array([not needed.isdisjoint(document["fed"]) for document in documents], dtype=np.bool_)
    nothing = np.zeros(len(documents), dtype=np.int64)
    return MeasureColumn(
        key=rule.key,
        value=value,
        confidence=np.array([confidence or 0.0 for _, confidence in pairs], dtype=np.float64),
        age=nothing,
        silent=nothing,
        is_stale=nothing > 0,
        signals=nothing,
        is_fed=is_heard | ~np.isnan(value),
    )
