"""The rules of snapshots and labels as data, from `signals/library/snapshots.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

RECIPE = 1
"""The version of how features are made from facts; it stands in each snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRules:
    """Days are whole days; `horizons` count back from the due date; shares are 0 to 1."""

    version: int
    horizons: tuple[int, ...]
    monthly_days: int
    monthly_until: int
    live_within_days: int
    settle_minutes: int
    grace_days: int
    contracted_below: Decimal
    expanded_above: Decimal
    together_days: int
    replaced_days: int
    most_kinds: int
    most_kind_columns: int
    most_attribute_columns: int
    fewest_share: float
    grace_days_by_segment: Mapping[str, int] = field(default_factory=dict)

    def grace_of(self, segment: str) -> int:
        """Return how many days after the term a label of this segment is fixed."""
        return self.grace_days_by_segment.get(segment, self.grace_days)

    @property
    def all_horizons(self) -> tuple[int, ...]:
        """Return the fixed horizons and the monthly ones beyond them, the nearest first."""
        first = max(self.horizons) + self.monthly_days
        return (*sorted(self.horizons), *range(first, self.monthly_until + 1, self.monthly_days))

    def is_mid_term(self, horizon_days: int) -> bool:
        """Answer whether this is one of the monthly rows of a long term."""
        return horizon_days > max(self.horizons)


def parse_snapshot_rules(data: Mapping[str, Any]) -> SnapshotRules:
    """Return the rules of the parsed file; a KeyError or TypeError means a broken library."""
    plain = {each.name: data[each.name] for each in fields(SnapshotRules) if each.name in data}
    exact = {name: Decimal(str(data[name])) for name in ("contracted_below", "expanded_above")}
    return SnapshotRules(**{**plain, **exact, "horizons": tuple(sorted(data["horizons"], reverse=True))})
