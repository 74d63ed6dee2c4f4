"""All measures by key, and the confidence of each: freshness of account and source, and size of the sample."""

from collections.abc import Callable, Mapping

from signals.core.features.facts import AccountFacts, Measure, Reading, Tally, View, view_of
from signals.core.features.relations import (
    engagement,
    marketing_engagement,
    perceived_value,
    soft_concern,
    sponsor_stability,
)
from signals.core.features.service import backlog_resolution, decay, payment_timeliness, support_sentiment
from signals.core.features.usage import feature_adoption, time_to_value, usage_depth, usage_velocity
from signals.core.scorecard import MeasureRule

MEASURES: Mapping[str, Callable[[View, MeasureRule], Reading | None]] = {
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
}


def measure_all(facts: AccountFacts, rules: tuple[MeasureRule, ...]) -> tuple[Measure, ...]:
    """Return every measure of `rules` for the account, in their order; unknown ones have no value."""
    view = view_of(facts)
    return tuple(_measure(view, rule) for rule in rules)


def tallies_behind(facts: AccountFacts, rule: MeasureRule) -> tuple[Tally, ...]:
    """Return the tallies that this measure was read from; () when it is not known."""
    reading = MEASURES[rule.key](view_of(facts), rule)
    return reading.tallies if reading else ()


def _measure(view: View, rule: MeasureRule) -> Measure:
    reading = MEASURES[rule.key](view, rule)
    if reading is None:
        return Measure(
            key=rule.key,
            value=None,
            confidence=0.0,
            age_days=None,
            silent_days=None,
            is_stale=False,
            signals_count=0,
            is_fed=view.facts.fed_kinds is None or not view.facts.fed_kinds.isdisjoint(rule.fed_by or rule.kinds),
        )
    silent = view.silent_days(reading.tallies)
    overdue = max((reading.age_days or 0) - rule.stale_after_days, silent - rule.silent_after_days, 0)
    return Measure(
        key=rule.key,
        value=reading.value,
        confidence=decay(overdue, rule.half_life_days) * min(1.0, reading.sample / rule.full_sample),
        age_days=reading.age_days,
        silent_days=silent,
        is_stale=overdue > 0,
        signals_count=sum(tally.size for tally in reading.tallies),
        evidence=reading.evidence,
    )
