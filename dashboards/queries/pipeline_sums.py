"""The sums of the pipeline by quarter and category: the kept ones for who sees everything, else added up now."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter

from dashboards.queries.asker import Asker
from dashboards.queries.people import whose
from playbooks.core.queue import NEAR_DAYS
from playbooks.models import PipelineMark, PipelineSum, QueueEntry
from renewals.core.roles import Scope, granted_scope
from renewals.queries.written import Given, Written

QUARTER = re.compile("[1-9][0-9]{3}-Q[1-4]")
FRESH = timedelta(seconds=60)
KEPT = frozenset({"quarter", "category", "stage", "segment", "owner", "team", "columns", "view", "by"})
"""Choices that the kept sums know, or that change no row."""
SUMMED_AT = Written(
    lambda: (
        PipelineMark.objects.filter(
            near_on=Given("near_on"), summed_at__gte=Given("since"), summed_at__lte=Given("now")
        )
        .order_by()
        .values_list("summed_at", flat=True)[:1]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What some renewals add up to; amounts are in the workspace's currency, unknown ones count nothing."""

    number: int
    amount: Decimal
    at_risk: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineCell:
    """The renewals of one quarter and category; `near` are those of them that are due within NEAR_DAYS."""

    quarter: date
    category: str
    whole: Sums
    near: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSums:
    """The cells by quarter and category, when they were added up, and whether that was by the sweep."""

    cells: tuple[PipelineCell, ...]
    as_of: datetime
    is_kept: bool


def pipeline_sums(asker: Asker, entries: QuerySet[QueueEntry], chosen: Mapping[str, str]) -> PipelineSums:
    """Return the sums of these entries, which are those the person sees under the chosen filters.

    The kept sums are of everything, so they serve only who sees everything, and only for a minute.
    """
    near_on = asker.today + timedelta(days=NEAR_DAYS)
    summed_at = _summed_at(asker, near_on) if KEPT.issuperset(chosen) else None
    if summed_at is not None:
        return PipelineSums(cells=_cells(_kept(tuple(chosen.items())).read()), as_of=summed_at, is_kept=True)
    return PipelineSums(cells=_cells(_added(entries, near_on)), as_of=asker.now, is_kept=False)


def column_sums(
    entries: QuerySet[QueueEntry], chosen: Mapping[str, str], kind: str, *, is_kept: bool
) -> Mapping[str, Sums]:
    """Return the sums of these entries by category, stage or quarter: the kept ones where those are told above."""
    if is_kept:
        rows: QuerySet[Any, Any] = PipelineSum.objects.filter(_condition(chosen))
        name = "quarter_on" if kind == "quarter" else kind
        what: tuple[Aggregate, ...] = (Sum("number"), Sum("amount"), Sum("at_risk"))
    else:
        rows = entries.annotate(quarter=TruncQuarter("due_on"))
        name = {"category": "renewal__forecast_category", "stage": "renewal__stage"}.get(kind, kind)
        what = (Count("id"), Sum("reporting_amount"), Sum("at_risk_amount"))
    found = rows.order_by().values_list(name).annotate(*what)
    return {quarter_key(key) if kind == "quarter" else key: _sums(*figures) for key, *figures in found}


def _summed_at(asker: Asker, near_on: date) -> datetime | None:
    """Return when the kept sums were made; None where they are not for this person, of another day, or old."""
    if granted_scope(asker.member, "pipeline.view") is not Scope.ALL:
        return None
    return SUMMED_AT.first(near_on=near_on, since=asker.now - FRESH, now=asker.now)


def quarter_key(day: date) -> str:
    """Return the quarter of a day as an address has it: "2027-Q1"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_of(word: str) -> tuple[int, int] | None:
    """Return year and quarter of "2027-Q1" as an address has it, None for anything else, and for what is no year."""
    return (int(word[:4]), int(word[-1])) if QUARTER.fullmatch(word) else None


def _condition(chosen: Mapping[str, str]) -> Q:
    condition = Q(**{name: chosen[name] for name in ("segment", "category", "stage") if name in chosen})
    condition &= whose(chosen)
    if found := quarter_of(chosen.get("quarter", "")):
        condition &= Q(quarter_on__year=found[0], quarter_on__quarter=found[1])
    return condition


@lru_cache(maxsize=64)
def _kept(chosen: tuple[tuple[str, str], ...]) -> Written[tuple[Any, ...]]:
    near = Q(is_near=True)
    return Written(
        lambda: (
            PipelineSum.objects.filter(_condition(dict(chosen)))
            .values_list("quarter_on", "category")
            .annotate(Sum("number"), Sum("amount"), Sum("at_risk"))
            .annotate(n=Sum("number", filter=near), a=Sum("amount", filter=near), r=Sum("at_risk", filter=near))
            .order_by("quarter_on", "category")
        )
    )


def _added(entries: QuerySet[QueueEntry], near_on: date) -> QuerySet[Any, Any]:
    near = Q(due_on__lte=near_on)
    return (
        entries.order_by()
        .annotate(quarter=TruncQuarter("due_on"))
        .values_list("quarter", "renewal__forecast_category")
        .annotate(Count("id"), Sum("reporting_amount"), Sum("at_risk_amount"))
        .annotate(
            n=Count("id", filter=near), a=Sum("reporting_amount", filter=near), r=Sum("at_risk_amount", filter=near)
        )
        .order_by("quarter", "renewal__forecast_category")
    )


def _cells(rows: Iterable[tuple[Any, ...]]) -> tuple[PipelineCell, ...]:
    return tuple(
        PipelineCell(quarter=quarter, category=category, whole=_sums(*figures[:3]), near=_sums(*figures[3:]))
        for quarter, category, *figures in rows
    )


def _sums(number: int | None, amount: Decimal | None, at_risk: Decimal | None) -> Sums:
    return Sums(number=number or 0, amount=amount or Decimal(0), at_risk=at_risk or Decimal(0))
