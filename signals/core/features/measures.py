"""All measures of a chunk of accounts, and the confidence of each: freshness of account and source, size of the sample.

A measure whose key has no function of its own is `stated`: the newest value of its kinds. That is how a person's or
another system's measure comes in, with author and expiry on the signal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.features.chunk import Chunk, chunk_from, known
from signals.core.features.columns import Flags, Floats, Ints, sums
from signals.core.features.facts import AccountFacts, Measure
from signals.core.features.growth import adoption_growth, headroom
from signals.core.features.reading import Readings, silence
from signals.core.features.relations import (
    engagement,
    marketing_engagement,
    perceived_value,
    soft_concern,
    sponsor_stability,
    stated,
)
from signals.core.features.rules import RuleColumn, rule_columns
from signals.core.features.service import backlog_resolution, payment_timeliness, support_sentiment
from signals.core.features.usage import feature_adoption, time_to_value, usage_depth
from signals.core.features.velocity import usage_velocity
from signals.core.scorecard import MeasureRule

MEASURES: Mapping[str, Callable[[Chunk, RuleColumn], Readings]] = {
    "usage_velocity": usage_velocity,
    "feature_adoption": feature_adoption,
    "usage_depth": usage_depth,
    "time_to_value": time_to_value,
    "support_sentiment": support_sentiment,
    "backlog_resolution": backlog_resolution,
    "perceived_value": perceived_value,
    "payment_timeliness": payment_timeliness,
    "sponsor_stability": sponsor_stability,
    "engagement": engagement,
    "marketing_engagement": marketing_engagement,
    "soft_concern": soft_concern,
    "adoption_growth": adoption_growth,
    "headroom": headroom,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureColumn:
    """One measure of every account. NaN means not known; such an account has confidence 0 and no ages.

    `is_fed` is False where nothing in the workspace could tell it.
    """

    key: str
    value: Floats
    confidence: Floats
    age: Ints
    silent: Ints
    is_stale: Flags
    signals: Ints
    is_fed: Flags

    def at(self, row: int) -> Measure:
        """Return the measure of one account."""
        is_known = not np.isnan(self.value[row])
        return Measure(
            key=self.key,
            value=float(self.value[row]) if is_known else None,
            confidence=float(self.confidence[row]),
            age_days=int(self.age[row]) if is_known else None,
            silent_days=int(self.silent[row]) if is_known else None,
            is_stale=bool(self.is_stale[row]),
            signals_count=int(self.signals[row]),
            is_fed=bool(self.is_fed[row]),
        )


def measure_chunk(chunk: Chunk, rules: Sequence[RuleColumn]) -> tuple[MeasureColumn, ...]:
    """Return every measure of `rules` for every account, in their order."""
    return tuple(_measured(chunk, rule) for rule in rules)


def measure_all(facts: AccountFacts, rules: tuple[MeasureRule, ...]) -> tuple[Measure, ...]:
    """Return every measure of `rules` for one account, in their order; unknown ones have no value."""
    return tuple(column.at(0) for column in measure_chunk(chunk_from([facts]), rule_columns([rules])))


def tallies_behind(chunk: Chunk, rule: MeasureRule) -> Ints:
    """Return the places of the tallies that this measure of a chunk of one account was read from; none if not known."""
    column = rule_columns([(rule,)])[0]
    found = MEASURES.get(rule.key, stated)(chunk, column)
    return found.used if known(found.value)[0] else np.zeros(0, dtype=np.int64)


def _measured(chunk: Chunk, rule: RuleColumn) -> MeasureColumn:
    found = MEASURES.get(rule.key, stated)(chunk, rule)
    is_known = known(found.value)
    silent = silence(chunk, found.used)
    stale_after, silent_after = rule.numbers("stale_after_days"), rule.numbers("silent_after_days")
    overdue = np.maximum(np.maximum(found.age - stale_after, silent - silent_after), 0.0).astype(np.int64)
    freshness = rule.weights(np.arange(chunk.size), overdue)
    confidence = freshness * np.minimum(1.0, found.sample / rule.numbers("full_sample"))
    signals = sums(chunk.tallies.row[found.used], chunk.tallies.size[found.used], chunk.size).astype(np.int64)
    return MeasureColumn(
        key=rule.key,
        value=found.value,
        confidence=np.where(is_known, confidence, 0.0),
        age=np.where(is_known, found.age, 0),
        silent=np.where(is_known, silent, 0),
        is_stale=is_known & (overdue > 0),
        signals=np.where(is_known, signals, 0),
        is_fed=is_known | _fed(chunk, rule),
    )


def _fed(chunk: Chunk, rule: RuleColumn) -> Flags:
    """Return for which accounts something could tell this measure; in one workspace that is the same for all."""
    needed = frozenset(rule.rules[0].fed_by or rule.kinds)
    answers = [
        (fed_kinds is None or not fed_kinds.isdisjoint(needed)) and rule.key not in unfed
        for fed_kinds, unfed in chunk.told
    ]
    return np.array(answers, dtype=np.bool_)[chunk.told_by]
