"""What accounts of each start quarter have at the end of each quarter: from the kept sums, else added up over rows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter

from renewals.core.metrics import Period
from renewals.core.metrics.periods import quarter_key
from renewals.models import ArrMovement, ArrSum
from renewals.queries.metrics.figures import UNKNOWN, Question

BEGAN = "began:"
"""Kept sums over the accounts of a start quarter name it after this word, as their set of rows."""
COHORT_SUMS = {"closing": Sum("closing_amount"), "closing_accounts": Count("id", filter=Q(closing_amount__gt=0))}


def cohort_cells(question: Question, quarters: Sequence[Period], part: str) -> dict[tuple[str, str], Decimal]:
    """Return a part, `closing` or `closing_accounts`, by start quarter and quarter; of whole accounts or a product."""
    if question.is_whole:
        kept = _kept(quarters, part)
        if kept:
            return kept
    rows = ArrMovement.objects.filter(product_id=question.product_id, closing_amount__gt=0)
    rows = rows if question.accounts is None else rows.filter(question.accounts)
    return {
        (began, period): Decimal(sums[part])
        for period, began, sums in cohort_sums(rows, [each.key for each in quarters], since=quarters[0])
    }


def cohort_sums(
    rows: QuerySet[ArrMovement], periods: Sequence[str], *, since: Period
) -> list[tuple[str, str, dict[str, Decimal]]]:
    """Return period, start quarter and sums of rows in these periods whose accounts began in `since` or later."""
    known = rows.filter(period__in=periods, first_on__gte=since.starts_on).exclude(kind=UNKNOWN).order_by()
    found: Any = known.values("period", began=TruncQuarter("first_on")).annotate(**COHORT_SUMS)
    return [(each["period"], quarter_key(each["began"]), {part: each[part] for part in COHORT_SUMS}) for each in found]


def _kept(quarters: Sequence[Period], part: str) -> dict[tuple[str, str], Decimal]:
    found = ArrSum.objects.filter(period__in=[each.key for each in quarters], rows__startswith=BEGAN, part=part)
    return {
        (rows.removeprefix(BEGAN), period): amount
        for rows, period, amount in found.values_list("rows", "period", "amount")
    }
