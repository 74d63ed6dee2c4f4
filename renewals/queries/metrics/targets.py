"""Targets in force with what was reached, and the versions they went through."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from renewals.core.metrics import Attainment, Figure, MetricContract, attainment
from renewals.core.metrics.contracts import Way
from renewals.models import MetricTarget
from renewals.queries.library import metric_book
from renewals.queries.metrics.figures import Sums

LONG_TERM = ("multi_year_arr", "grr", "nrr", "logo_retention")
"""What tells long-term value; the booked amount alone does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """A target with the figure it is for and how far it is attained."""

    target: MetricTarget
    contract: MetricContract
    way: Way
    figure: Figure
    attainment: Attainment

    @property
    def is_long_term(self) -> bool:
        """Answer whether it measures long-term value."""
        return self.contract.key in LONG_TERM


def targets_in_force(period: str, *, segment: str = "") -> QuerySet[MetricTarget]:
    """Return the targets of a period, withdrawn ones left out."""
    found = MetricTarget.objects.filter(period=period, segment=segment, superseded_at=None, amount__isnull=False)
    return found.order_by("metric", "way")


def target_versions(period: str) -> QuerySet[MetricTarget]:
    """Return every version of the targets of a period, the newest first."""
    return MetricTarget.objects.filter(period=period).order_by("-recorded_at", "-id")


def attained(targets: Iterable[MetricTarget], sums: Sums) -> tuple[Attained, ...]:
    """Return the targets with what the rows of `sums` reached, in the order of the metrics.

    The sums are those of the targets' period and segment.
    """
    found = [_attained(target, sums) for target in targets]
    order = metric_book().keys
    return tuple(sorted(found, key=lambda each: order.index(each.contract.key)))


def _attained(target: MetricTarget, sums: Sums) -> Attained:
    contract = metric_book().metric(target.metric)
    figure = sums.figure(contract, target.way)
    if target.amount is None:
        raise ValueError("A withdrawn target is not attained.")
    return Attained(
        target=target,
        contract=contract,
        way=contract.way(target.way),
        figure=figure,
        attainment=attainment(target=target.amount, reached=figure.value, better=contract.better),
    )
