"""Targets in force with what was reached, and the versions they went through."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from renewals.core.metrics import EVERYBODY, Attainment, Figure, MetricContract, Period, TargetOf, attainment
from renewals.core.metrics.contracts import Way
from renewals.core.metrics.movements import Rates
from renewals.models import MetricTarget
from renewals.queries.library import metric_book
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question
from renewals.queries.metrics.whose import whose
from renewals.queries.written import Given

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


def of_target(target: MetricTarget) -> TargetOf:
    """Return whose figure a target is for."""
    return TargetOf(segment=target.segment, owner_id=target.owner_id, team_id=target.team_id)


def targets_in_force(period: str | Given, *, of: TargetOf | None = EVERYBODY) -> QuerySet[MetricTarget]:
    """Return the targets of a period, withdrawn ones left out; `of` None: whoever they are of."""
    found = MetricTarget.objects.filter(period=period, superseded_at=None, amount__isnull=False)
    found = found.select_related("owner", "team").order_by("metric", "way")
    return found if of is None else found.filter(is_of(of))


def target_versions(period: str, *, of: TargetOf | None = None) -> QuerySet[MetricTarget]:
    """Return every version of the targets of a period, the newest first; `of` None: whoever they are of."""
    found = MetricTarget.objects.filter(period=period).select_related("owner", "team").order_by("-recorded_at", "-id")
    return found if of is None else found.filter(is_of(of))


def question_of(of: TargetOf, *, period: Period, rates: Rates) -> Question:
    """Return the question whose answer a target is held against."""
    chosen = whose(of)
    if chosen is None:
        return Question(period=period, rates=rates)
    return Question(period=period, rates=rates, accounts=chosen.accounts, renewals=chosen.renewals, kept=chosen.kept)


def attained(targets: Iterable[MetricTarget], sums: Sums) -> tuple[Attained, ...]:
    """Return the targets with what the rows of `sums` reached, in the order of the metrics.

    The sums are those of the targets' period, and of whom they are of.
    """
    found = [_attained(target, sums) for target in targets]
    order = metric_book().keys
    return tuple(sorted(found, key=lambda each: order.index(each.contract.key)))


def attained_by_all(targets: Iterable[MetricTarget], *, period: Period, rates: Rates) -> tuple[Attained, ...]:
    """Return targets of whoever they are of, each against its own rows: all accounts, segments, teams, people."""
    groups: dict[TargetOf, list[MetricTarget]] = {}
    for target in sorted(targets, key=_place):
        groups.setdefault(of_target(target), []).append(target)
    return tuple(
        each
        for of, held in groups.items()
        for each in attained(held, Sums(question=question_of(of, period=period, rates=rates)))
    )


def _place(target: MetricTarget) -> tuple[bool, bool, bool, str]:
    named = target.segment or str(target.team or "") or str(target.owner or "")
    return (bool(target.owner_id), bool(target.team_id), bool(target.segment), named.casefold())


def is_of(of: TargetOf) -> Q:
    """Return the condition that a target is of exactly this."""
    return Q(segment=of.segment) & _is(owner=of.owner_id) & _is(team=of.team_id)


def _is(**wanted: int | None) -> Q:
    ((name, key),) = wanted.items()
    return Q(**{f"{name}__isnull": True}) if key is None else Q(**{f"{name}_id": key})


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
