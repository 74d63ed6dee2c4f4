"""Which rules made the features of a snapshot: two snapshots may stand in one table only when these are the same.

Weights and curves are not among them: the health that follows is made again for a table (`signals.core.scoring.kept`).
"""

from collections.abc import Mapping
from typing import Any

from signals.core.scorecard import MeasureRule, Override, Scorecard
from signals.core.snapshots.document import canonical, sha256_of
from signals.core.snapshots.rules import RECIPE, SnapshotRules

READ_BY = ("window_days", "half_life_days", "stale_after_days", "silent_after_days", "full_sample")
"""The numbers of a measure that decide its value or its confidence."""


def feature_rules(scorecard: Scorecard, rules: SnapshotRules) -> dict[str, Any]:
    """Return all that decides the features of given facts, as plain data: the recipe in code, and each measure."""
    return {
        "recipe": RECIPE,
        "most_kinds": rules.most_kinds,
        "measures": [_measure(each) for each in scorecard.measures],
        "overrides": [
            _override(each)
            for each in sorted(scorecard.overrides, key=lambda each: each.rank)
            if _numbers(each.changes)
        ],
    }


def digest_of(made_by: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what `feature_rules` gave: equal rules have equal digests, whatever their words."""
    return sha256_of(canonical(made_by))


def _measure(rule: MeasureRule) -> dict[str, Any]:
    return {
        "key": rule.key,
        "kinds": list(rule.kinds),
        "settings": {name: float(value) for name, value in rule.settings.items()},
        **{name: float(getattr(rule, name)) for name in READ_BY},
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "measure": override.measure,
        "segment": override.segment,
        "complexity": override.complexity,
        "changes": _numbers(override.changes),
    }


def _numbers(changes: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(changes[name]) for name in READ_BY if name in changes}
