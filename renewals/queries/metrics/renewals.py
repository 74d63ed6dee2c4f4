"""Renewals as rows of figures: their amounts at home, at the rates of the last day of the period, each to the cent."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from renewals.core.metrics import Period, RenewalRow
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.movements import Rates
from renewals.core.money import minor_units
from renewals.models import Outcome, Renewal

EXACT = DecimalField(max_digits=40, decimal_places=20)


def renewal_rows(period: Period, rows: RowSet, *, rates: Rates) -> QuerySet[Renewal]:
    """Return the renewals due or closed in a period with `target_home`, `final_home` (None: no rate) and `is_won`."""
    day = "closed_on" if rows is RowSet.RENEWALS_CLOSED else "due_on"
    within = Q(**{f"{day}__range": (period.starts_on, period.through_on)})
    return (
        Renewal.objects.filter(within)
        .annotate(
            target_home=_at_home("target_amount", period, rates),
            final_home=_at_home("final_amount", period, rates),
            outcome_kind=Coalesce(F("outcomes__kind"), Value("")),
        )
        .annotate(
            is_won=Case(
                When(Q(closed_on__isnull=False) & ~Q(outcome_kind=Outcome.Kind.CHURNED), then=Value(True)),
                default=Value(False),
            )
        )
    )


def renewal_facts(rows: Iterable[Any]) -> tuple[RenewalRow, ...]:
    """Return rows of `renewal_rows` as facts."""
    return tuple(
        RenewalRow(
            renewal_id=row.id,
            account_id=row.account_id,
            due_on=row.due_on,
            opened_on=row.opened_on,
            target=row.target_home,
            closed_on=row.closed_on,
            final=row.final_home,
            is_lost=row.closed_on is not None and not row.is_won,
            unrated=(row.currency,) if row.target_home is None else (),
        )
        for row in rows
    )


def _at_home(name: str, period: Period, rates: Rates) -> Case:
    digits = minor_units(rates.home)
    cases = [
        When(currency=currency, then=_rounded(F(name) * Value(factor, output_field=EXACT), digits))
        for currency, factor in _factors(period, rates)
    ]
    return Case(*cases, default=Value(None), output_field=DecimalField(max_digits=30, decimal_places=digits))


def _factors(period: Period, rates: Rates) -> list[tuple[str, Decimal]]:
    """Return what a unit of each currency is worth on the last counted day; a currency without a rate is left out."""
    currencies = {rates.home, *(currency for pair in rates.table.rates for currency in pair)}
    found = ((currency, rates.conversion(currency, period.through_on)) for currency in sorted(currencies))
    return [(currency, conversion.rate) for currency, conversion in found if conversion is not None]


def _rounded(expression: Any, digits: int) -> Func:
    exact = ExpressionWrapper(expression, output_field=EXACT)
    return Func(exact, Value(digits), function="round", output_field=EXACT)
