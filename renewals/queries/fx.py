"""The exchange rates of the workspace as a table the core converts with."""

from renewals.core.money import DatedRate, RateTable
from renewals.models import FxRate, Workspace


def rate_table() -> RateTable:
    """Return all rates of the workspace one is in: units of its currency for one unit of another."""
    base = Workspace.objects.values_list("currency", flat=True).first() or ""
    found: dict[tuple[str, str], list[DatedRate]] = {}
    for currency, rate_on, rate in FxRate.objects.values_list("currency", "rate_on", "rate"):
        found.setdefault((currency, base), []).append(DatedRate(rate_on=rate_on, rate=rate))
    return RateTable(base=base, rates={pair: tuple(rates) for pair, rates in found.items()})
