"""The exchange rates of the workspace as a table the core converts with."""

from django.db import connection

from renewals.core.money import DatedRate, RateTable

RATES = """
SELECT w.currency, f.currency, f.rate_on, f.rate
FROM renewals_workspace AS w LEFT JOIN renewals_fxrate AS f ON f.workspace_id = w.id
"""


def rate_table() -> RateTable:
    """Return all rates of the workspace one is in: units of its currency for one unit of another."""
    found: dict[tuple[str, str], list[DatedRate]] = {}
    base = ""
    with connection.cursor() as cursor:
        cursor.execute(RATES)
        for base, currency, rate_on, rate in cursor.fetchall():
            if currency is not None:
                found.setdefault((currency, base), []).append(DatedRate(rate_on=rate_on, rate=rate))
    return RateTable(base=base, rates={pair: tuple(rates) for pair, rates in found.items()})
