"""The laws of the synthetic world as data: segments, health, usage, support, money, decisions.

The defaults stand in `playbooks/library/world.toml` with their basis; nothing here draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLaw:
    """One segment: its share of accounts, ARR (log-normal), terms, base churn and rates a month."""

    key: str
    share: float
    arr_median: float
    arr_sigma: float
    seat_price: float
    churn_logit: float
    late_invoice_rate: float
    ticket_rate: float
    term_months: tuple[tuple[int, float], ...]
    auto_renew_share: float
    notice_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """Every parameter of the world. Coefficients act on the log-odds of churn.

    From `turn_month` on (months of 30 days since the first, 0: never) the use of the product of `turned_complexity`
    means the opposite: it grows with trouble.
    """

    segments: tuple[SegmentLaw, ...]
    health_persistence: float
    health_spread: float
    shock_rate: float
    shock_size: float
    sponsor_change_rate: float
    coefficient_health: float
    coefficient_trend: float
    coefficient_sponsor: float
    coefficient_time_to_value: float
    coefficient_late: float
    coefficient_price: float
    price_uplift_share: float
    price_uplift_low: float
    price_uplift_high: float
    market_persistence: float
    market_spread: float
    no_telemetry_share: float
    gap_share: float
    duplicate_share: float
    late_arrival_share: float
    turn_month: int
    turned_complexity: str
    names: Mapping[str, tuple[str, ...]]

    def of_segment(self, key: str) -> SegmentLaw:
        """Return the law of a segment; raises StopIteration for one that is not there."""
        return next(law for law in self.segments if law.key == key)

    def without_signal(self) -> "Laws":
        """Return the same world in which behaviour tells nothing about renewal: segments, too, behave alike."""
        silent: dict[str, Any] = {f.name: 0.0 for f in fields(self) if f.name.startswith("coefficient_")}
        base = sum(law.share * law.churn_logit for law in self.segments)
        alike = tuple(replace(law, churn_logit=base) for law in self.segments)
        return replace(self, segments=alike, market_spread=0.0, **silent)


def parse_laws(document: Mapping[str, Any]) -> Laws:
    """Return the laws written in `document` (the parsed TOML); a missing key raises KeyError with its name."""
    segments = tuple(
        SegmentLaw(**{**entry, "term_months": tuple((int(m), float(s)) for m, s in entry["term_months"])})
        for entry in document["segment"]
    )
    names = {key: tuple(words) for key, words in document["names"].items()}
    return Laws(segments=segments, names=names, **document["law"])
