"""The chain score, contribution, measure, signals in words of data: which moved most, and what changed between two.

Wording is the template's work; here are codes and numbers only.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from signals.core.health import HealthResult
from signals.core.risk import BASE, RiskResult

Change = Literal["appeared", "vanished", "value", "confidence", "rule", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How far one input moved a score: points of health away from the middle, or log-odds of loss."""

    key: str
    effect: float
    value: float | None
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stored contribution: what it added (points or log-odds), its value, confidence and weight or coefficient."""

    key: str
    amount: float
    value: float | None
    confidence: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Why a contribution differs between two scores; `amount` of all differences adds up to the change."""

    key: str
    change: Change
    amount: float
    before: float | None
    after: float | None


def health_reasons(result: HealthResult, *, count: int = 3) -> tuple[Reason, ...]:
    """Return the measures that moved health most, away from what they would give at their targets."""
    reasons = [
        Reason(key=each.key, effect=100.0 * each.share * (each.score - 0.5), value=each.value, is_stale=each.is_stale)
        for each in result.contributions
    ]
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason.effect), reason.key))[:count])


def risk_reasons(result: RiskResult, *, count: int = 3) -> tuple[Reason, ...]:
    """Return the inputs that moved the log-odds of loss most, the base left out."""
    reasons = [
        Reason(key=each.key, effect=each.log_odds, value=each.value, is_stale=each.is_stale)
        for each in result.contributions
        if each.key != BASE
    ]
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason.effect), reason.key))[:count])


def differences(before: Sequence[Part], after: Sequence[Part]) -> tuple[Difference, ...]:
    """Return what changed from one score to the next, the largest first; contributions that stayed are left out."""
    old, new = {part.key: part for part in before}, {part.key: part for part in after}
    found = [_difference(key, old, new) for key in sorted({*old, *new})]
    moved = [each for each in found if each.change != "same" or each.amount != 0.0]
    return tuple(sorted(moved, key=lambda each: (-abs(each.amount), each.key)))


def total(parts: Sequence[Part]) -> float:
    """Return the sum of the contributions: health, or the logit of loss."""
    return math.fsum(part.amount for part in parts)


def _difference(key: str, old: Mapping[str, Part], new: Mapping[str, Part]) -> Difference:
    before, after = old.get(key), new.get(key)
    return Difference(
        key=key,
        change=_change(before, after),
        amount=(after.amount if after else 0.0) - (before.amount if before else 0.0),
        before=before.value if before else None,
        after=after.value if after else None,
    )


def _change(before: Part | None, after: Part | None) -> Change:
    if before is None or after is None:
        return "appeared" if before is None else "vanished"
    if before.value != after.value:
        return "value"
    if before.weight != after.weight:
        return "rule"
    return "confidence" if before.confidence != after.confidence else "same"
