"""The figures of a review: what its part of the book comes to now, and what the workspace set out to reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Count, Q, Sum

from playbooks.models import ReviewSeries
from playbooks.queries.reviews.scope import entries_of
from renewals.core.metrics import EVERYBODY, TargetOf
from renewals.core.metrics.periods import quarter
from renewals.models import MetricTarget
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.targets import (
    Attained,
    attained,
    is_of,
    question_of,
    target_versions,
    targets_in_force,
)
from renewals.queries.written import Given, Written

NEAR_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFigures:
    """Open renewals of a scope within a year: how many, their amount and what of it is at risk, and what is near.

    Amounts are in the workspace's currency; renewals without a rate are in no sum and are counted in `unpriced`.
    """

    renewals: int
    amount: Decimal
    at_risk_amount: Decimal
    high_risk: int
    near: int
    near_amount: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFigure:
    """A figure against its target, in `unit` (share, money, count, days); `is_met` None: nothing is known yet."""

    key: str
    period: str
    name: str
    unit: str
    currency: str
    target: Decimal
    reached: Decimal | None
    is_met: bool | None


def book_figures(series: ReviewSeries, *, today: date) -> BookFigures:
    """Return what the part of the book a series looks at comes to, in one query."""
    near = Q(due_on__lte=today + timedelta(days=NEAR_DAYS))
    found = entries_of(series, today=today).aggregate(
        renewals=Count("id"),
        amount=Sum("reporting_amount"),
        at_risk=Sum("at_risk_amount"),
        high=Count("id", filter=Q(risk_band="high")),
        near=Count("id", filter=near),
        near_amount=Sum("reporting_amount", filter=near),
        unpriced=Count("id", filter=Q(reporting_amount__isnull=True)),
    )
    return BookFigures(
        renewals=found["renewals"],
        amount=found["amount"] or Decimal(0),
        at_risk_amount=found["at_risk"] or Decimal(0),
        high_risk=found["high"],
        near=found["near"],
        near_amount=found["near_amount"] or Decimal(0),
        unpriced=found["unpriced"],
    )


def last_quarter(*, today: date) -> date:
    """Return the last day of the quarter that is over, which a quarterly review looks at."""
    return quarter(today, today=today).starts_on - timedelta(days=1)


def target_figures(day: date, *, today: date, of: TargetOf = EVERYBODY) -> tuple[TargetFigure, ...]:
    """Return the figures of the workspace, or of one part, that have a target in the quarter of `day`."""
    period = quarter(day, today=today)
    targets = list(targets_in_force(period.key, of=of))
    if not targets:
        return ()
    found = attained(targets, Sums(question=question_of(of, period=period, rates=metric_rates())))
    return tuple(_figure(each, period.key) for each in found)


def target_changes(day: date, *, today: date, of: TargetOf = EVERYBODY) -> list[MetricTarget]:
    """Return the targets of the quarter of `day` that were changed or withdrawn after they had been set."""
    return list(target_versions(quarter(day, today=today).key, of=of).filter(version__gt=1))


def targets_of(series: ReviewSeries, day: date, *, today: date) -> TargetOf:
    """Return whose targets a series looks at in the quarter of `day`: its segment's or team's, else everybody's."""
    parts = (TargetOf(segment=series.segment), TargetOf(team_id=series.team_id))
    return first_with_targets(day, parts, today=today) or EVERYBODY


def first_with_targets(day: date, parts: Sequence[TargetOf], *, today: date) -> TargetOf | None:
    """Return the first of these for which the quarter of `day` has a target; None when none of them has."""
    found = _having_targets(tuple(parts)).read(period=quarter(day, today=today).key)
    having = {TargetOf(segment=segment, owner_id=owner, team_id=team) for segment, owner, team in found}
    return next((part for part in parts if part in having), None)


@lru_cache(maxsize=64)
def _having_targets(parts: tuple[TargetOf, ...]) -> Written[tuple[str, int | None, int | None]]:
    wanted = reduce(or_, map(is_of, parts))
    return Written(
        lambda: (
            targets_in_force(Given("period"), of=None)
            .filter(wanted)
            .order_by()
            .values_list("segment", "owner_id", "team_id")
        )
    )


def _figure(found: Attained, period: str) -> TargetFigure:
    return TargetFigure(
        period=period,
        key=f"{found.contract.key}-{found.way.key}",
        name=f"{found.contract.name} {found.way.name}",
        unit=found.way.unit.value,
        currency=found.target.currency,
        target=found.attainment.target,
        reached=found.attainment.reached,
        is_met=found.attainment.is_met,
    )
