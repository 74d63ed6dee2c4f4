"""Add movements up: one row per period, set of rows and part, so that a headline reads a handful of rows."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from renewals.core.metrics import Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.periods import YEAR_WORD
from renewals.models import ArrMovement, ArrSum
from renewals.queries.metrics.cohorts import BEGAN, cohort_sums
from renewals.queries.metrics.figures import ACCOUNT_NAMES, MARKS, UNKNOWN, mark_counts
from renewals.queries.metrics.parts import ACCOUNT_PARTS, part_sums


def sum_periods(periods: Iterable[str], *, workspace_id: int, since: Period) -> int:
    """Add these periods up anew over whole accounts, those without a rate left out; returns the number of sums.

    Start quarters are summed from the oldest kept quarter on, `since`: of older ones the beginning is not known.
    """
    wanted = sorted(periods)
    if not wanted:
        return 0
    ArrSum.objects.filter(period__in=wanted).delete()
    rows = ArrMovement.objects.filter(period__in=wanted, product__isnull=True).order_by()
    sums: Any = rows.exclude(kind=UNKNOWN).values("period").annotate(**part_sums(ACCOUNT_PARTS, ACCOUNT_NAMES))
    made = [
        ArrSum(
            workspace_id=workspace_id,
            period=found["period"],
            rows=name.partition(":")[0],
            part=name.partition(":")[2],
            amount=found[name.replace(":", "__")],
            number=found[name.replace(":", "__") + "__n"],
        )
        for found in sums
        for name in ACCOUNT_NAMES
    ]
    made += _marks(rows, workspace_id)
    made += _cohorts(rows, wanted, workspace_id, since)
    ArrSum.objects.bulk_create(made, batch_size=1000)
    return len(made)


def _cohorts(rows: QuerySet[ArrMovement], periods: list[str], workspace_id: int, since: Period) -> list[ArrSum]:
    """Return what the accounts of each start quarter have at the end of each of the quarters."""
    quarters = [key for key in periods if not key.endswith(YEAR_WORD)]
    return [
        ArrSum(
            workspace_id=workspace_id,
            period=period,
            rows=f"{BEGAN}{began}",
            part=part,
            amount=amount,
            number=sums["closing_accounts"],
        )
        for period, began, sums in cohort_sums(rows, quarters, since=since)
        for part, amount in sums.items()
    ]


def _marks(rows: QuerySet[ArrMovement], workspace_id: int) -> list[ArrSum]:
    """Return how many accounts of each period have no rate, and how many are bridged."""
    counts: Any = rows.values("period").annotate(**mark_counts())
    return [
        ArrSum(
            workspace_id=workspace_id,
            period=found["period"],
            rows=RowSet.ACCOUNTS.value,
            part=name,
            amount=found[name],
            number=found[name],
        )
        for found in counts
        for name in MARKS
    ]
