"""Add rows up: kept slices by what filters ask for, and from them the few sums of the whole that a headline reads.

Only slices that changed are added up over rows; `keys` None adds up all of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncQuarter

from renewals.core.metrics import Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.periods import YEAR_WORD
from renewals.core.metrics.slices import SliceKey
from renewals.models import ArrMovement, ArrSlice, ArrSum, Renewal
from renewals.queries.metrics.cohorts import BEGAN, cohort_sums
from renewals.queries.metrics.figures import DAY_CUTS, RENEWAL_MARKS, renewal_sums, sums_by_set
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS
from renewals.queries.metrics.questions import OF_ACCOUNT, Question, of_keys, renewals_of
from renewals.queries.metrics.slices import (
    DAYS,
    FLAGS,
    MARKS,
    THROUGH,
    movement_groups,
    renewal_slices,
    renewal_totals,
    slice_marks,
    slice_totals,
)

RENEWAL_SETS = {RowSet.RENEWALS_DUE: "due_on", RowSet.RENEWALS_CLOSED: "closed_on"}
SLICED_BY = {
    "segment": F(f"{OF_ACCOUNT}segment"),
    "owner_key": Coalesce(F(f"{OF_ACCOUNT}owner_id"), 0),
    "team_key": Coalesce(F(f"{OF_ACCOUNT}team_id"), 0),
}
OF_MOVEMENTS = Q(rows=RowSet.ACCOUNTS.value) | Q(rows__startswith=BEGAN)
BATCH = 1000
Sum = tuple[Decimal, int]
Keys = Collection[SliceKey] | None


def sum_periods(periods: Iterable[str], *, workspace_id: int, since: Period, keys: Keys = None) -> int:
    """Add these slices of these periods up anew over whole accounts, then the whole; returns the number of sums.

    Start quarters are summed from the oldest kept quarter on, `since`: of older ones the beginning is not known.
    """
    wanted = sorted(periods)
    if not wanted:
        return 0
    slice_movements(wanted, workspace_id=workspace_id, since=since, keys=keys)
    ArrSum.objects.filter(period__in=wanted).exclude(rows__in=[rows.value for rows in RENEWAL_SETS]).delete()
    made = [*_whole(wanted, workspace_id), *_whole_cohorts(wanted, workspace_id)]
    ArrSum.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def sum_renewals(periods: Sequence[Period], *, rates: Rates, workspace_id: int, keys: Keys = None) -> int:
    """Add these slices of renewals due and closed in these periods up anew, then the whole; returns how many sums."""
    slice_renewals(periods, rates=rates, workspace_id=workspace_id, keys=keys)
    made = [
        _row(workspace_id, period.key, rows, *each)
        for period in periods
        for rows in RENEWAL_SETS
        for each in _whole_renewals(period, rows)
    ]
    ArrSum.objects.filter(
        period__in=[period.key for period in periods], rows__in=[rows.value for rows in RENEWAL_SETS]
    ).delete()
    ArrSum.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def slice_movements(periods: Sequence[str], *, workspace_id: int, since: Period, keys: Keys) -> None:
    """Add these slices of movements, and of start quarters, up anew; the whole stays as it is."""
    _chosen(ArrSlice.objects.filter(OF_MOVEMENTS, period__in=periods), keys, "").delete()
    rows = _chosen(ArrMovement.objects.filter(period__in=periods, product__isnull=True), keys, OF_ACCOUNT)
    made = [
        _slice(group, workspace_id, group["period"], RowSet.ACCOUNTS.value, ACCOUNT_PARTS)
        for group in movement_groups(rows, "period", **SLICED_BY)
    ]
    quarters = [key for key in periods if not key.endswith(YEAR_WORD)]
    made += [
        _slice(group, workspace_id, group["period"], f"{BEGAN}{start}", ("closing",))
        for start, group in cohort_sums(rows, quarters, since=since, by=SLICED_BY)
    ]
    ArrSlice.objects.bulk_create(made, batch_size=BATCH)


def slice_renewals(periods: Sequence[Period], *, rates: Rates, workspace_id: int, keys: Keys) -> None:
    """Add these slices of renewals due and closed up anew; the whole stays as it is."""
    named = [period.key for period in periods]
    _chosen(
        ArrSlice.objects.filter(period__in=named, rows__in=[rows.value for rows in RENEWAL_SETS]), keys, ""
    ).delete()
    for rows, day in RENEWAL_SETS.items():
        for period in _having(periods, day, keys):
            asked = _chosen(renewals_of(Question(period=period, rates=rates), rows), keys, OF_ACCOUNT).order_by()
            groups = asked.values(renewal_owner=F("owner_id"), **SLICED_BY).annotate(**renewal_totals(rows))
            made = [_slice(group, workspace_id, period.key, rows.value, RENEWAL_PARTS) for group in groups]
            ArrSlice.objects.bulk_create(made, batch_size=BATCH)


def _chosen(found: Any, keys: Keys, path: str) -> Any:
    return found if keys is None else found.filter(of_keys(keys, path))


def _slice(group: Mapping[str, Any], workspace_id: int, period: str, rows: str, parts: Iterable[str]) -> ArrSlice:
    names = [f"rows__{part}" for part in parts]
    return ArrSlice(
        workspace_id=workspace_id,
        period=period,
        rows=rows,
        segment=group["segment"],
        owner_id=group["owner_key"],
        team_id=group["team_key"],
        renewal_owner_id=group.get("renewal_owner", 0),
        amounts=[group[name] for name in names],
        numbers=[group[f"{name}__n"] for name in names],
        **{name: group[name] for name in (*FLAGS, *DAYS) if name in group},
        **{name: group[f"{name}_rows"] for name in MARKS if f"{name}_rows" in group},
    )


def _whole(periods: Sequence[str], workspace_id: int) -> Iterator[ArrSum]:
    slices = ArrSlice.objects.filter(period__in=periods, rows=RowSet.ACCOUNTS.value).order_by("period")
    totals = {**slice_totals(ACCOUNT_PARTS), **slice_marks()}
    groups: Any = slices.values("period", *FLAGS).annotate(**totals)
    by_period = {period: list(found) for period, found in groupby(groups, key=itemgetter("period"))}
    for period in periods:
        found = by_period.get(period, [])
        yield _row(workspace_id, period, RowSet.ACCOUNTS, THROUGH, (Decimal(0), 0))
        for rows, parts in sums_by_set(found).items():
            yield from (_row(workspace_id, period, rows, part, each) for part, each in parts.items())


def _whole_cohorts(periods: Sequence[str], workspace_id: int) -> Iterator[ArrSum]:
    """Yield what the accounts of each start quarter have at the end of each of the quarters."""
    slices = ArrSlice.objects.filter(period__in=periods, rows__startswith=BEGAN).order_by()
    for found in slices.values("period", "rows").annotate(**slice_totals(("closing",))):
        number = found["rows__closing__n"]
        for part, amount in (("closing", found["rows__closing"]), ("closing_accounts", Decimal(number))):
            yield ArrSum(
                workspace_id=workspace_id,
                period=found["period"],
                rows=found["rows"],
                part=part,
                amount=amount,
                number=number,
            )


def _having(periods: Sequence[Period], day: str, keys: Keys) -> Iterator[Period]:
    """Yield the periods in which renewals are due, or closed."""
    if not periods:
        return
    within = (min(period.starts_on for period in periods), max(period.ends_on for period in periods))
    found = _chosen(Renewal.objects.filter(**{f"{day}__range": within}), keys, OF_ACCOUNT)
    days = found.order_by().annotate(quarter=TruncQuarter(day))
    quarters: list[date] = list(days.values_list("quarter", flat=True).distinct())
    for period in periods:
        if any(period.starts_on <= each <= period.ends_on for each in quarters):
            yield period


def _whole_renewals(period: Period, rows: RowSet) -> Iterator[tuple[str, Sum]]:
    slices = ArrSlice.objects.filter(period=period.key, rows=rows.value)
    found = renewal_sums([renewal_slices(slices, rows)])
    yield THROUGH, (Decimal(0), period.through_on.toordinal())
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
