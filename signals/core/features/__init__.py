"""Measures of accounts as of a day, a chunk at a time, from their signals summed up by week, day or subject."""

from signals.core.features.chunk import Chunk, Tallies, chunk_from, chunk_of
from signals.core.features.facts import AccountFacts, Measure, Tally
from signals.core.features.measures import MEASURES, MeasureColumn, measure_all, measure_chunk, tallies_behind
from signals.core.features.rules import RuleColumn, rule_columns

__all__ = [
    "MEASURES",
    "AccountFacts",
    "Chunk",
    "Measure",
    "MeasureColumn",
    "RuleColumn",
    "Tallies",
    "Tally",
    "chunk_from",
    "chunk_of",
    "measure_all",
    "measure_chunk",
    "rule_columns",
    "tallies_behind",
]
