"""Measures of an account as of a day, from its signals summed up by week, day or subject."""

from signals.core.features.facts import AccountFacts, Bucket, Measure
from signals.core.features.measures import MEASURES, buckets_behind, measure_all

__all__ = ["MEASURES", "AccountFacts", "Bucket", "Measure", "buckets_behind", "measure_all"]
