"""Adjustments of groups of renewals: what was said of one part of a quarter, the newest first; the newest one holds."""

from dataclasses import asdict, dataclass
from datetime import date

from renewals.queries.written import Given, Written
from signals.models import ForecastAdjustment

NEWEST = 20
ADJUSTMENTS = Written(
    lambda: (
        ForecastAdjustment.objects.filter(
            quarter_on=Given("quarter_on"),
            segment=Given("segment"),
            owner_id=Given("owner_id"),
            team_id=Given("team_id"),
        )
        .select_related("made_by")
        .order_by("-made_at", "-id")[:NEWEST]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a quarter: its segment ("" all), its owner or team (0 all)."""

    quarter_on: date
    segment: str = ""
    owner_id: int = 0
    team_id: int = 0


def newest_adjustments(group: Group) -> list[ForecastAdjustment]:
    """Return the adjustments of exactly this part, the newest first, no more than NEWEST."""
    return ADJUSTMENTS.read(**asdict(group))
