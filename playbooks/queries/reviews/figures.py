"""The figures of a review: what its part of the book comes to now, and what the workspace set out to reach."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from playbooks.models import ReviewSeries
from playbooks.queries.reviews.scope import entries_of
from renewals.core.metrics.periods import quarter
from renewals.models import MetricTarget
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.figures import Question, Sums
from renewals.queries.metrics.targets import Attained, attained, target_versions, targets_in_force

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


def target_figures(day: date, *, today: date) -> tuple[TargetFigure, ...]:
    """Return the figures of the workspace that have a target in the quarter of `day`; none while nobody set one."""
    period = quarter(day, today=today)
    targets = list(targets_in_force(period.key))
    if not targets:
        return ()
    found = attained(targets, Sums(question=Question(period=period, rates=metric_rates())))
    return tuple(_figure(each) for each in found)


def target_changes(day: date, *, today: date) -> list[MetricTarget]:
    """Return the targets of the quarter of `day` that were changed or withdrawn after they had been set."""
    return list(target_versions(quarter(day, today=today).key).filter(version__gt=1))


def _figure(found: Attained) -> TargetFigure:
    return TargetFigure(
        key=f"{found.contract.key}-{found.way.key}",
        name=f"{found.contract.name} {found.way.name}",
        unit=found.way.unit.value,
        currency=found.target.currency,
        target=found.attainment.target,
        reached=found.attainment.reached,
        is_met=found.attainment.is_met,
    )
