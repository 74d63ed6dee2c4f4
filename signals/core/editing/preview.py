"""What other rules would make of the same facts: who changes band or tier, which parts differ. Stores nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signals.core.explain import Difference, Part, differences
from signals.core.health import HealthResult
from signals.core.risk import RiskResult
from signals.core.tiers import TierDecision, TierFacts, TierRule, tier_of

Scored = HealthResult | RiskResult
Scores = Mapping[int | None, Scored]
"""Results of one account: by the id of the renewal for risk, under None for health and expansion potential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A score or tier before and after; `renewal_id` only for risk. No value and an empty band: not scored."""

    account_id: int
    renewal_id: int | None
    from_band: str
    to_band: str
    before: float | None
    after: float | None

    @property
    def changes_band(self) -> bool:
        """Answer whether it would stand in another band, or become scored or not scored."""
        return self.from_band != self.to_band


def shifts_of(account_id: int, before: Scores, after: Scores) -> tuple[Shift, ...]:
    """Return every score of one account under two sets of rules."""
    return tuple(
        Shift(
            account_id=account_id,
            renewal_id=unit,
            from_band=each.band,
            to_band=after[unit].band,
            before=each.value,
            after=after[unit].value,
        )
        for unit, each in before.items()
    )


def tier_shift(account_id: int, facts: TierFacts, before: TierRule, after: TierRule) -> Shift:
    """Return the tier that each of two rules leads to, holding times passed; a tier set by a person stays."""
    return Shift(
        account_id=account_id,
        renewal_id=None,
        from_band=led_to(tier_of(facts, before)),
        to_band=led_to(tier_of(facts, after)),
        before=None,
        after=None,
    )


def led_to(decision: TierDecision) -> str:
    """Return the tier an account comes to once holding times have passed; "" before the first one."""
    return decision.tier if decision.verdict in ("overridden", "unknown") else decision.derived_tier


def counted(shifts: Iterable[Shift], counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return the counts from band to band with these added; the empty key is "not scored"."""
    made = {band: dict(row) for band, row in counts.items()}
    for shift in shifts:
        row = made.setdefault(shift.from_band, {})
        row[shift.to_band] = row.get(shift.to_band, 0) + 1
    return made


def parts_of(result: Scored) -> list[Part]:
    """Return the contributions of a result as they are compared and explained."""
    if isinstance(result, HealthResult):
        return [
            Part(key=each.key, amount=each.points, value=each.value, confidence=each.confidence, weight=each.weight)
            for each in result.contributions
        ]
    return [
        Part(key=each.key, amount=each.log_odds, value=each.value, confidence=each.confidence, weight=each.coefficient)
        for each in result.contributions
    ]


def contribution_changes(before: Scored, after: Scored) -> tuple[Difference, ...]:
    """Return which contributions differ, the largest difference first."""
    return differences(parts_of(before), parts_of(after))
