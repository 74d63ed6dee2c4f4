"""Adjustments of groups of renewals: what was said of one part of a quarter, the newest first; the newest one holds."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import QuerySet

from signals.models import ForecastAdjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a quarter: its segment ("" all), its owner or team (0 all)."""

    quarter_on: date
    segment: str = ""
    owner_id: int = 0
    team_id: int = 0


def adjustments_of(group: Group) -> QuerySet[ForecastAdjustment]:
    """Return the adjustments of exactly this part, the newest first."""
    rows = ForecastAdjustment.objects.filter(**asdict(group)).select_related("made_by")
    return rows.order_by("-made_at", "-id")
