"""What accounts of each start quarter have at the end of each quarter: from the kept sums, else added up over rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter

from renewals.core.metrics import Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.periods import quarter_key
from renewals.models import ArrMovement, ArrSlice, ArrSum
from renewals.queries.metrics.questions import Question, counted
from renewals.queries.metrics.slices import UNKNOWN, answering, kept_slices, slice_totals

BEGAN = "began:"
"""Kept sums over the accounts of a start quarter name it after this word, as their set of rows."""
CLOSINGS = {"rows__closing": Sum("closing_amount"), "rows__closing__n": Count("id", filter=Q(closing_amount__gt=0))}
PARTS = {"closing": "rows__closing", "closing_accounts": "rows__closing__n"}
Cells = Mapping[tuple[str, str], Decimal]
"""By start quarter and quarter."""


def cohort_cells(question: Question, quarters: Sequence[Period], part: str) -> Cells:
    """Return a part, `closing` or `closing_accounts`, by start quarter and quarter; of whole accounts or a product."""
    keys = [each.key for each in quarters]
    if question.is_whole:
        kept = _whole(keys, part)
        if kept:
            return kept
    # Accounts change hands for all quarters at once, so that the newest quarter speaks for all of them.
    choice, left = answering(question, kept_slices(quarters[-1]), RowSet.ACCOUNTS)
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    if choice is not None:
        for began, period, amount in _of_slices(choice, keys, PARTS[part]):
            found[began, period] += amount
    if left is not None:
        for began, group in cohort_sums(_rows(question).filter(left), keys, since=quarters[0], by={}):
            found[began, group["period"]] += group[PARTS[part]]
    return {cell: amount for cell, amount in found.items() if amount}


def cohort_sums(
    rows: QuerySet[ArrMovement], periods: Sequence[str], *, since: Period, by: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield start quarter and sums by period and `by` of rows whose accounts began in `since` or later."""
    known = rows.filter(period__in=periods, first_on__gte=since.starts_on).exclude(kind=UNKNOWN).order_by()
    found: Any = known.values("period", began=TruncQuarter("first_on"), **by).annotate(**CLOSINGS)
    return ((quarter_key(each["began"]), each) for each in found)


def _rows(question: Question) -> QuerySet[ArrMovement]:
    rows = counted(ArrMovement.objects.filter(product_id=question.product_id, closing_amount__gt=0))
    return rows if question.accounts is None else rows.filter(question.accounts)


def _whole(quarters: Sequence[str], part: str) -> Cells:
    found = counted(ArrSum.objects.filter(period__in=quarters, rows__startswith=BEGAN, part=part))
    return {
        (rows.removeprefix(BEGAN), period): amount
        for rows, period, amount in found.values_list("rows", "period", "amount")
    }


def _of_slices(choice: Q, quarters: Sequence[str], name: str) -> list[tuple[str, str, Decimal]]:
    slices = ArrSlice.objects.filter(choice, period__in=quarters, rows__startswith=BEGAN).order_by()
    found: Any = slices.values("period", "rows").annotate(**slice_totals(("closing",)))
    return [(each["rows"].removeprefix(BEGAN), each["period"], Decimal(each[name])) for each in found]
