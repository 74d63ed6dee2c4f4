"""What is at risk, added up: the kept sums for who sees everything, else the sums of the rows the person sees, now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter

from dashboards.core.at_risk import RiskCell
from dashboards.queries.asker import Asker
from dashboards.queries.at_risk.reach import FILTERS, RIGHT, filtered, visible_entries
from dashboards.queries.pipeline_sums import FRESH, quarter_of
from playbooks.models import AtRiskSum, PipelineMark, QueueEntry
from renewals.core.roles import Scope, granted_scope
from renewals.queries.written import Given, Written

SHARED = ("segment", "risk_band", "risk_reason", "is_actionable", "has_playbook", "is_swing")
SUMMED_AT = Written(
    lambda: (
        PipelineMark.objects.filter(summed_at__gte=Given("since"), summed_at__lte=Given("now"))
        .order_by()
        .values_list("summed_at", flat=True)[:1]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskSums:
    """The cells under the filters, and when they were added up."""

    cells: tuple[RiskCell, ...]
    as_of: datetime


def at_risk_sums(asker: Asker, chosen: Mapping[str, str]) -> AtRiskSums:
    """Return the sums of the entries that the person sees under the chosen filters.

    The kept sums are of everybody's renewals, so they serve only who sees everything and asks for no owner and no team.
    """
    if granted_scope(asker.member, RIGHT) is Scope.ALL and not {"owner", "team"} & chosen.keys():
        summed_at = SUMMED_AT.first(since=asker.now - FRESH, now=asker.now)
        if summed_at is not None:
            return AtRiskSums(cells=_cells(_kept(tuple(chosen.items())).read()), as_of=summed_at)
    return AtRiskSums(cells=_cells(_added(filtered(visible_entries(asker), chosen))), as_of=asker.now)


@lru_cache(maxsize=64)
def _kept(chosen: tuple[tuple[str, str], ...]) -> Written[tuple[Any, ...]]:
    narrow = {name: value for name, value in chosen if name in FILTERS and name != "quarter"}
    rows: QuerySet[Any] = filtered(AtRiskSum.objects.order_by(), narrow)
    if found := quarter_of(dict(chosen).get("quarter", "")):
        rows = rows.filter(quarter_on__year=found[0], quarter_on__quarter=found[1])
    return Written(lambda: rows.values_list("quarter_on", *SHARED, "number", "unpriced", "amount", "at_risk"))


def _added(entries: QuerySet[QueueEntry]) -> QuerySet[Any, Any]:
    return (
        entries.order_by()
        .annotate(quarter=TruncQuarter("due_on"))
        .values_list("quarter", *SHARED)
        .annotate(n=Count("id"), u=Count("id", filter=Q(reporting_amount=None)))
        .annotate(a=Sum("reporting_amount"), r=Sum("at_risk_amount"))
    )


def _cells(rows: Iterable[tuple[Any, ...]]) -> tuple[RiskCell, ...]:
    return tuple(_cell(dict(zip(SHARED, row[1:7], strict=True)), row[0], row[7:]) for row in rows)


def _cell(shared: Mapping[str, Any], quarter: date, figures: tuple[Any, ...]) -> RiskCell:
    number, unpriced, amount, at_risk = figures
    return RiskCell(
        quarter=quarter,
        segment=shared["segment"],
        band=shared["risk_band"] or "",
        reason=shared["risk_reason"],
        is_actionable=shared["is_actionable"],
        has_playbook=shared["has_playbook"],
        is_swing=shared["is_swing"],
        number=number,
        unpriced=unpriced,
        amount=amount or Decimal(0),
        at_risk=at_risk or Decimal(0),
    )
