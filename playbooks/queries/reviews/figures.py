"""The figures of a review: what its part of the book comes to now, and what the workspace set out to reach."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from playbooks.models import ReviewSeries
from playbooks.queries.reviews.scope import entries_of

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
    """A figure against its target; `attainment` is actual as a share of target, None where one is not known."""

    key: str
    title: str
    attainment: float | None


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


def target_figures(*, today: date) -> tuple[TargetFigure, ...]:
    """Return the figures that have a target in the quarter of `today`; none while nobody set one."""
    return ()
