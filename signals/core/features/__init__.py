"""Measures of an account as of a day, from its signals summed up by week, day or subject."""

from signals.core.features.facts import AccountFacts, Measure, Tally
from signals.core.features.measures import MEASURES, measure_all, tallies_behind

__all__ = ["MEASURES", "AccountFacts", "Measure", "Tally", "measure_all", "tallies_behind"]
