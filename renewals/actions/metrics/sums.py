"""Add rows up: one kept row per period, set of rows and part, so that a headline reads a handful of rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncQuarter

from renewals.core.metrics import Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.periods import YEAR_WORD
from renewals.models import ArrMovement, ArrSum, Renewal
from renewals.queries.metrics.cohorts import BEGAN, cohort_sums
from renewals.queries.metrics.figures import (
    DAY_CUTS,
    EVERY,
    FLAGS,
    MARKS,
    NOTHING,
    RENEWAL_MARKS,
    THROUGH,
    UNKNOWN,
    Question,
    mark_counts,
    renewal_sums,
    sums_by_set,
)
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS, part_sums

RENEWAL_SETS = {RowSet.RENEWALS_DUE: "due_on", RowSet.RENEWALS_CLOSED: "closed_on"}
Sum = tuple[Decimal, int]


def sum_periods(periods: Iterable[str], *, workspace_id: int, since: Period) -> int:
    """Add these periods up anew over whole accounts, those without a rate left out; returns the number of sums.

    Start quarters are summed from the oldest kept quarter on, `since`: of older ones the beginning is not known.
    """
    wanted = sorted(periods)
    if not wanted:
        return 0
    ArrSum.objects.filter(period__in=wanted).exclude(rows__in=[rows.value for rows in RENEWAL_SETS]).delete()
    rows = ArrMovement.objects.filter(period__in=wanted, product__isnull=True).order_by()
    found = _by_period(rows.exclude(kind=UNKNOWN))
    made = [
        _row(workspace_id, period, rows, part, each)
        for period, sets in found.items()
        for rows, parts in sets.items()
        for part, each in parts.items()
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


def sum_renewals(periods: Sequence[Period], *, rates: Rates, workspace_id: int) -> int:
    """Add the renewals due and closed in these periods up anew, at these rates; returns the number of sums."""
    keys = [period.key for period in periods]
    ArrSum.objects.filter(period__in=keys, rows__in=[rows.value for rows in RENEWAL_SETS]).delete()
    made = [
        _row(workspace_id, period.key, rows, part, each)
        for rows, day in RENEWAL_SETS.items()
        for period, has_any in _having(periods, day)
        for part, each in _renewal_parts(Question(period=period, rates=rates), rows, has_any=has_any)
    ]
    ArrSum.objects.bulk_create(made, batch_size=1000)
    return len(made)


def _by_period(rows: QuerySet[ArrMovement]) -> Mapping[str, Mapping[RowSet, dict[str, Sum]]]:
    """Return the sums of each set of rows by period; every row is read once, for whichever sets it is in."""
    groups: Any = rows.values("period", *FLAGS).annotate(**part_sums(ACCOUNT_PARTS, EVERY)).order_by("period")
    return {period: sums_by_set(found) for period, found in groupby(groups, key=itemgetter("period"))}


def _marks(rows: QuerySet[ArrMovement], workspace_id: int) -> list[ArrSum]:
    """Return how many accounts of each period have no rate, and how many are bridged."""
    counts: Any = rows.values("period").annotate(**mark_counts())
    return [
        _row(workspace_id, found["period"], RowSet.ACCOUNTS, name, (Decimal(found[name]), found[name]))
        for found in counts
        for name in MARKS
    ]


def _having(periods: Sequence[Period], day: str) -> Iterator[tuple[Period, bool]]:
    """Yield each period with whether renewals are due, or closed, in it."""
    if not periods:
        return
    within = (min(period.starts_on for period in periods), max(period.ends_on for period in periods))
    days = Renewal.objects.filter(**{f"{day}__range": within}).order_by().annotate(quarter=TruncQuarter(day))
    quarters: list[date] = list(days.values_list("quarter", flat=True).distinct())
    for period in periods:
        yield period, any(period.starts_on <= each <= period.ends_on for each in quarters)


def _renewal_parts(question: Question, rows: RowSet, *, has_any: bool) -> Iterator[tuple[str, Sum]]:
    yield THROUGH, (Decimal(0), question.period.through_on.toordinal())
    if not has_any:
        yield from ((name, NOTHING) for name in (*RENEWAL_MARKS, *RENEWAL_PARTS))
        return
    found = renewal_sums(question, rows)
    for name in RENEWAL_MARKS:
        yield name, (Decimal(found[name]), found[name])
    for part in RENEWAL_PARTS:
        yield part, (found[f"rows__{part}"], found[f"rows__{part}__n"])
    for name in DAY_CUTS:
        if found[name] is not None:
            yield name, (Decimal(str(found[name])), 0)


def _row(workspace_id: int, period: str, rows: RowSet, part: str, each: Sum) -> ArrSum:
    amount, number = each
    return ArrSum(workspace_id=workspace_id, period=period, rows=rows.value, part=part, amount=amount, number=number)
