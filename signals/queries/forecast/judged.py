"""Forecasts of past quarters as they were frozen, with what the quarters came to."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, Sum

from renewals.models import Renewal
from signals.core.forecast.book import next_quarter, quarter_start
from signals.core.forecast.rules import ForecastRules
from signals.models import ForecastSnapshot
from signals.queries.forecast.book import Rates, home_rates
from signals.queries.forecast.past import past_since

PastBand = tuple[date, Sequence[float], float]


def past_bands(rules: ForecastRules, *, today: date) -> list[PastBand]:
    """Return quarter, band (P10, P50, P90, mean) as it was frozen when it began or before, and what came.

    What came is of the renewals that were open or decided by then: the band spoke of no others.
    """
    since, until = past_since(rules, today=today), quarter_start(today)
    rows = ForecastSnapshot.objects.filter(quarter_on__gte=since, quarter_on__lt=until, segment="")
    early = rows.filter(week_on__lte=F("quarter_on") + timedelta(days=7)).order_by("quarter_on", "-week_on")
    first: dict[date, tuple[date, Sequence[float]]] = {}
    for quarter_on, made_at, figures in early.values_list("quarter_on", "made_at", "figures"):
        first.setdefault(quarter_on, (made_at.date(), figures["total"]))
    rates = home_rates()
    return [(day, band, _came(day, made_on, rates)) for day, (made_on, band) in sorted(first.items())]


def _came(quarter_on: date, made_on: date, rates: Rates) -> float:
    """Return what was signed of the renewals of a quarter that were known on a day, at the rates of its first day."""
    due = Renewal.objects.filter(due_on__gte=quarter_on, due_on__lt=next_quarter(quarter_on), opened_on__lte=made_on)
    sums = due.filter(closed_on__isnull=False).order_by().values_list("currency").annotate(Sum("final_amount"))
    known = ((amount, rates.rate(currency, quarter_on)) for currency, amount in sums)
    return float(sum(amount * rate for amount, rate in known if rate is not None))
