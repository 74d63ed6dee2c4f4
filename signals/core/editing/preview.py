"""What other rules would make of the same facts: who changes band, and which contributions differ. Stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from signals.core.explain import Difference, Part, differences
from signals.core.health import HealthResult
from signals.core.risk import RiskResult
from signals.core.scoring import AccountScores

Kind = Literal["health", "risk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A score before and after; `renewal_id` is None for health. No value and an empty band: not scored."""

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


def shifts_of(account_id: int, before: AccountScores, after: AccountScores, kind: Kind) -> tuple[Shift, ...]:
    """Return the health, or the risk of each renewal, of one account under two sets of rules."""
    if kind == "health":
        return (_shift(account_id, None, before.health, after.health),)
    return tuple(
        _shift(account_id, renewal_id, risk, after.risks[renewal_id]) for renewal_id, risk in before.risks.items()
    )


def counted(shifts: Iterable[Shift], counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return the counts from band to band with these added; the empty key is "not scored"."""
    made = {band: dict(row) for band, row in counts.items()}
    for shift in shifts:
        row = made.setdefault(shift.from_band, {})
        row[shift.to_band] = row.get(shift.to_band, 0) + 1
    return made


def parts_of(result: HealthResult | RiskResult) -> list[Part]:
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


def contribution_changes(before: HealthResult | RiskResult, after: HealthResult | RiskResult) -> tuple[Difference, ...]:
    """Return which contributions differ, the largest difference first."""
    return differences(parts_of(before), parts_of(after))


def _shift(
    account_id: int, renewal_id: int | None, before: HealthResult | RiskResult, after: HealthResult | RiskResult
) -> Shift:
    return Shift(
        account_id=account_id,
        renewal_id=renewal_id,
        from_band=before.band,
        to_band=after.band,
        before=before.value,
        after=after.value,
    )
