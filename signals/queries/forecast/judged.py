"""Forecasts of past quarters as they were frozen, with what the quarters came to."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, Sum

from renewals.models import Renewal
from signals.core.forecast.book import next_quarter, quarter_start
from signals.core.forecast.rules import ForecastRules
from signals.models import ForecastSnapshot
from signals.queries.forecast.book import home_rates
from signals.queries.forecast.past import past_since

PastBand = tuple[date, Sequence[float], float]


def past_bands(rules: ForecastRules, *, today: date) -> list[PastBand]:
    """Return quarter, band (P10, P50, P90, mean) as it was frozen first within the quarter or before, and what came."""
    since, until = past_since(rules, today=today), quarter_start(today)
    rows = ForecastSnapshot.objects.filter(quarter_on__gte=since, quarter_on__lt=until, segment="")
    early = rows.filter(week_on__lte=F("quarter_on") + timedelta(days=7)).order_by("quarter_on", "-week_on")
    first: dict[date, Sequence[float]] = {}
    for quarter_on, figures in early.values_list("quarter_on", "figures"):
        first.setdefault(quarter_on, figures["total"])
    came = _came(list(first))
    return [(quarter_on, band, came.get(quarter_on, 0.0)) for quarter_on, band in sorted(first.items())]


def _came(quarters: Sequence[date]) -> dict[date, float]:
    """Return what was signed of the renewals due in each quarter, at the rates of its first day."""
    rates, found = home_rates(), {}
    for quarter_on in quarters:
        due = Renewal.objects.filter(due_on__gte=quarter_on, due_on__lt=next_quarter(quarter_on))
        sums = due.filter(closed_on__isnull=False).order_by().values_list("currency").annotate(Sum("final_amount"))
        known = ((amount, rates.rate(currency, quarter_on)) for currency, amount in sums)
        found[quarter_on] = float(sum(amount * rate for amount, rate in known if rate is not None))
    return found
