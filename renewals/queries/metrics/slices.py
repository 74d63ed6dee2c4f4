"""What rows add up to, as groups whose numbers may be added: kept slices, and the rows that no slice answers for.

A slice whose accounts or renewals changed since it was kept is passed over, and its rows are added up instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from renewals.core.metrics import MovementKind, Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.slices import SliceKey
from renewals.models import ArrMovement, ArrSlice, ArrSum, SliceTouch
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS, ZERO, part_sums
from renewals.queries.metrics.questions import OF_ACCOUNT, Question, counted, movement_rows, of_keys, renewals_of

MOST_TOUCHED = 40
"""Of more changed slices than these no sum is kept: their rows are read as fast without it."""
THROUGH = "through"
"""Kept beside the sums of a set of rows: its slices are made, and up to which day they count, as an ordinal."""
UNKNOWN, BRIDGED = "unknown", "bridged"
MARKS = {UNKNOWN: Q(kind=MovementKind.UNKNOWN.value), BRIDGED: Q(is_bridged=True)}
FLAGS = ("is_renewing", "is_anniversary")
"""What decides which sets of rows a movement is in: sums are made once by both, and added up for each set."""
DAYS_OF = RowSet.RENEWALS_CLOSED
Group = Mapping[str, Any]
"""`rows__<part>` and `rows__<part>__n`, the number of rows that bring something; marks as `<mark>_rows`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which slices of a period may be used: sets of rows that are sliced, and the keys that changed since.

    `touched` are of both, `moved` of accounts that changed hands; None: too many.
    """

    sliced: frozenset[str]
    touched: tuple[SliceKey, ...] | None
    moved: tuple[SliceKey, ...] | None

    def stale(self, rows: RowSet) -> tuple[SliceKey, ...] | None:
        """Return the keys whose rows of a set are added up instead; None: all rows are."""
        if rows.value not in self.sliced:
            return None
        return self.moved if rows.is_of_accounts else self.touched


def kept_slices(period: Period) -> Kept:
    """Return which slices of a period are as its rows are now."""
    made = counted(ArrSum.objects.filter(period=period.key, part=THROUGH)).values_list("rows", "number")
    through = period.through_on.toordinal()
    sliced = frozenset(rows for rows, day in made if RowSet(rows).is_of_accounts or day == through)
    if not sliced:
        return Kept(sliced=sliced, touched=None, moved=None)
    within = Q(quarter_on__isnull=True) | Q(quarter_on__range=(period.starts_on, period.ends_on))
    touches = SliceTouch.objects.filter(within).order_by().values_list("segment", "owner_id", "team_id")
    found = touches.annotate(moved=Count("id", filter=Q(quarter_on__isnull=True)))[: MOST_TOUCHED + 1]
    keys = [(moved, SliceKey(segment=name, owner_id=owner, team_id=team)) for name, owner, team, moved in found]
    if len(keys) > MOST_TOUCHED:
        return Kept(sliced=sliced, touched=None, moved=None)
    return Kept(sliced=sliced, touched=tuple(key for _, key in keys), moved=tuple(key for moved, key in keys if moved))


def account_groups(question: Question, kept: Kept, *, by: str = "") -> list[dict[str, Any]]:
    """Return the sums of movements by `FLAGS` and marks, several groups of the same flags among them.

    `by` segment or owner_id also groups by it, called `key`.
    """
    chosen, left = answering(question, kept, RowSet.ACCOUNTS)
    found = [] if chosen is None else _of_slices(_slices(question, RowSet.ACCOUNTS, chosen), by)
    if left is None:
        return found
    return [*found, *movement_groups(movement_rows(question).filter(left), **_by_account(by))]


def renewal_groups(question: Question, kept: Kept, rows: RowSet) -> list[dict[str, Any]]:
    """Return the sums of renewals, their marks and the days of those that have any, as one or two groups."""
    chosen, left = answering(question, kept, rows)
    found = [] if chosen is None else [renewal_slices(_slices(question, rows, chosen), rows)]
    if left is None:
        return found
    return [*found, renewals_of(question, rows).filter(left).order_by().aggregate(**renewal_totals(rows))]


def movement_groups(rows: QuerySet[ArrMovement], *names: str, **by: Combinable) -> list[dict[str, Any]]:
    """Return what movements add up to by `FLAGS`, these fields and `by`, with marks."""
    # Those without a rate have zero for every amount.
    grouped = rows.order_by().values(*FLAGS, *names, **by)
    return list(grouped.annotate(**part_sums(ACCOUNT_PARTS, EVERY), **mark_counts()))


def renewal_totals(rows: RowSet) -> dict[str, Any]:
    """Return the aggregates over renewals with their amounts at home: parts, those without a rate, and lists of days.

    Days are read for the set of rows that is asked for them.
    """
    known = Q(target_home__isnull=False)
    days = {
        name: ArrayAgg(expression, filter=known & Q(is_won=True) & TOLD[name], default=Value([]))
        for name, expression in DAYS.items()
        if rows is DAYS_OF
    }
    names = {f"rows:{part}": known for part in RENEWAL_PARTS}
    return {**part_sums(RENEWAL_PARTS, names), **days, "unknown_rows": Count("id", filter=~known)}


def slice_totals(parts: Iterable[str]) -> dict[str, Any]:
    """Return the aggregates over slices, called as those over rows."""
    found: dict[str, Any] = {}
    for place, part in enumerate(parts):
        found[f"rows__{part}"] = Coalesce(Sum(F(f"amounts__{place}")), ZERO)
        found[f"rows__{part}__n"] = Coalesce(Sum(F(f"numbers__{place}")), 0)
    return found


def mark_counts() -> dict[str, Count]:
    """Return how many accounts have no rate, and how many are bridged, as aggregates."""
    return {f"{name}_rows": Count("id", filter=condition) for name, condition in MARKS.items()}


def slice_marks() -> dict[str, Any]:
    """Return the same aggregates over slices."""
    return {f"{name}_rows": Coalesce(Sum(name), 0) for name in MARKS}


def renewal_slices(slices: QuerySet[ArrSlice], rows: RowSet) -> dict[str, Any]:
    """Return what slices of renewals add up to, with every day of a set of rows that is asked for them."""
    sums = slices.aggregate(**slice_totals(RENEWAL_PARTS), unknown_rows=slice_marks()["unknown_rows"])
    lists = list(slices.values_list(*DAYS)) if rows is DAYS_OF else []
    days = {name: list(chain.from_iterable(row[place] for row in lists)) for place, name in enumerate(DAYS)}
    return sums | days


def answering(question: Question, kept: Kept, rows: RowSet) -> tuple[Q | None, Q | None]:
    """Return the condition on slices that answer, and that on the rows that stand in none of them; None for none."""
    choice, stale = question.slices, kept.stale(rows)
    if choice is None or stale is None:
        return None, Q()
    chosen = choice.accounts if rows.is_of_accounts else choice.renewals
    left = [of_keys(stale, OF_ACCOUNT)] if stale else []
    left += [] if choice.beside is None else [choice.beside]
    return (chosen & ~of_keys(stale)) if stale else chosen, reduce(or_, left) if left else None


def _slices(question: Question, rows: RowSet, chosen: Q) -> QuerySet[ArrSlice]:
    return ArrSlice.objects.filter(chosen, period=question.period.key, rows=rows.value).order_by()


def _of_slices(slices: QuerySet[ArrSlice], by: str) -> list[dict[str, Any]]:
    named: dict[str, Any] = {"key": F(by)} if by else {}
    return list(slices.values(*FLAGS, **named).annotate(**slice_totals(ACCOUNT_PARTS), **slice_marks()))


def _by_account(by: str) -> dict[str, Any]:
    if not by:
        return {}
    path = F(f"{OF_ACCOUNT}{by}")
    return {"key": path if by == "segment" else Coalesce(path, 0)}


def _between(later: str, earlier: str) -> Func:
    return Func(F(later), F(earlier), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


EVERY: Mapping[str, Q] = {f"rows:{part}": Q() for part in ACCOUNT_PARTS}
DAYS: Mapping[str, Combinable] = {
    "days_open": _between("closed_on", "opened_on"),
    "days_early": _between("due_on", "closed_on"),
}
TOLD = {"days_open": Q(closed_on__gte=F("opened_on")), "days_early": Q()}
"""Of which renewals the days are known: one recorded after it had closed was opened nobody knows when."""
