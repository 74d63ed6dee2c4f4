"""Figures of a period: from the sums of the whole workspace, from kept slices, else added up over its rows.

All come from the same rows; tests hold them equal, and equal to `renewals.core.metrics.figure` over the facts. What
waits to be added up again is not taken from what is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Exists
from django.db.models.expressions import Combinable

from renewals.core.metrics import Figure, MetricContract, figure_of_sums
from renewals.core.metrics.contracts import RowSet, Way
from renewals.core.metrics.slices import value_at
from renewals.core.metrics.waterfall import WATERFALL_PARTS, Waterfall, waterfall_of_sums
from renewals.models import ArrSum, MetricMark, SliceTouch
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS, ROW_SETS
from renewals.queries.metrics.questions import Question, counted
from renewals.queries.metrics.slices import (
    BRIDGED,
    DAYS,
    FLAGS,
    MARKS,
    THROUGH,
    UNKNOWN,
    Kept,
    account_groups,
    kept_slices,
    renewal_groups,
)
from renewals.queries.written import Given, Written

ACCOUNT_NAMES = [f"{rows.value}:{name}" for rows in ROW_SETS for name in (*ACCOUNT_PARTS, *MARKS)]
IN_SETS = {
    RowSet.ACCOUNTS: lambda is_renewing, is_anniversary: True,
    RowSet.ACCOUNTS_DUE: lambda is_renewing, is_anniversary: is_renewing,
    RowSet.ACCOUNTS_ELIGIBLE: lambda is_renewing, is_anniversary: is_renewing or is_anniversary,
}
KeptSums = Mapping[str, tuple[Decimal, int]]
"""Amount and number of rows by part."""
NOTHING = (Decimal(0), 0)
CUTS = (("low", 0.25), ("middle", 0.5), ("high", 0.75))
DAY_CUTS = {f"{name}__{cut}": share for name in DAYS for cut, share in CUTS}
KEPT_SUMS = Written(
    lambda: (
        counted(ArrSum.objects.filter(period=Given("period"), rows__in=[rows.value for rows in RowSet]))
        .annotate(
            is_old=Exists(
                SliceTouch.objects.filter(quarter_on__gte=Given("starts_on"), quarter_on__lte=Given("ends_on"))
            )
        )
        .values_list("rows", "part", "amount", "number", "is_old")
    )
)
RENEWAL_MARKS = (UNKNOWN, *(f"{name}__n" for name in DAYS))


@dataclass(slots=True, kw_only=True)
class Sums:
    """What the rows of a question add up to, each set of rows read once and only when asked for."""

    question: Question
    _whole: Mapping[RowSet, KeptSums] | None = field(default=None, init=False)
    _slices: Kept | None = field(default=None, init=False)
    _read: dict[RowSet | None, Mapping[str, Any]] = field(default_factory=dict, init=False)

    def figure(self, contract: MetricContract, way: str = "") -> Figure:
        """Return a figure without its rows."""
        reckoned = contract.way(way)
        if reckoned.is_middle:
            return _middle(contract, reckoned, self._of(reckoned.rows))
        found = self._of(None if reckoned.rows.is_of_accounts else reckoned.rows)
        prefix = f"{reckoned.rows.value}__" if reckoned.rows.is_of_accounts else "rows__"
        sums = {side: found[prefix + part] for side, part in _sides(reckoned)}
        numbers = [found[f"{prefix}{part}__n"] for _, part in _sides(reckoned)]
        made = figure_of_sums(
            contract,
            {"numerator": sums["numerator"], "denominator": sums.get("denominator", Decimal(0))},
            number=max(numbers),
            way=reckoned.key,
            is_unknown=bool(found[f"{prefix}{UNKNOWN}__n"] if reckoned.rows.is_of_accounts else found[UNKNOWN]),
        )
        is_early = made.state == "no_rows" and reckoned.rows.is_of_accounts and not is_counted()
        return replace(made, state="counting") if is_early else made

    def part(self, name: str) -> Decimal:
        """Return what the movements of accounts add up to in one part."""
        return Decimal(self._of(None)[f"{RowSet.ACCOUNTS.value}__{name}"])

    def left_out(self, rows: RowSet) -> int:
        """Return how many rows of the set have no rate."""
        found = self._of(None if rows.is_of_accounts else rows)
        return int(found[f"{rows.value}__{UNKNOWN}__n"] if rows.is_of_accounts else found[UNKNOWN])

    def bridged(self) -> int:
        """Return how many accounts count at one end only by the grace of a late renewal."""
        return int(self._of(None)[f"{RowSet.ACCOUNTS.value}__{BRIDGED}__n"])

    def waterfall(self) -> Waterfall:
        """Return the waterfall of the period."""
        found = self._of(None)
        return waterfall_of_sums({part: found[f"{RowSet.ACCOUNTS.value}__{part}"] for part in WATERFALL_PARTS})

    def _of(self, rows: RowSet | None) -> Mapping[str, Any]:
        if rows not in self._read:
            self._read[rows] = self._sums(rows)
        return self._read[rows]

    def _sums(self, rows: RowSet | None) -> Mapping[str, Any]:
        kept = self._kept_whole() if self.question.is_whole else {}
        if rows is None:
            return _account_sums_kept(kept) if RowSet.ACCOUNTS in kept else account_sums(self.question, self._kept())
        if rows in kept:
            return _renewal_sums_kept(kept[rows])
        return renewal_sums(renewal_groups(self.question, self._kept(), rows))

    def _kept_whole(self) -> Mapping[RowSet, KeptSums]:
        if self._whole is None:
            self._whole = _kept_sums(self.question)
        return self._whole

    def _kept(self) -> Kept:
        if self._slices is None:
            self._slices = kept_slices(self.question.period)
        return self._slices


def is_counted() -> bool:
    """Answer whether the book of the workspace has been counted through once; until then no account stands in a sum."""
    return MetricMark.objects.exists()


def grouped_sums(question: Question, *, by: str) -> dict[Any, dict[str, Decimal]]:
    """Return what the movements of a question add up to in each part, by `segment` or `owner_id` (0: nobody)."""
    found: dict[Any, dict[str, Decimal]] = {}
    for group in account_groups(question, kept_slices(question.period), by=by):
        sums = found.setdefault(group["key"], dict.fromkeys(ACCOUNT_PARTS, Decimal(0)))
        for part in ACCOUNT_PARTS:
            sums[part] += group[f"rows__{part}"]
    return found


def part_expressions(rows: RowSet) -> Mapping[str, Combinable]:
    """Return the parts a set of rows has, as expressions."""
    return ACCOUNT_PARTS if rows.is_of_accounts else RENEWAL_PARTS


def _sides(way: Way) -> list[tuple[str, str]]:
    sides = [("numerator", way.numerator)]
    return [*sides, ("denominator", way.denominator)] if way.denominator else sides


def account_sums(question: Question, kept: Kept) -> Mapping[str, Any]:
    """Return what the movements of a question add up to now, in each set of rows, and marks."""
    return _account_sums_kept(sums_by_set(account_groups(question, kept)))


def sums_by_set(groups: Iterable[Mapping[str, Any]]) -> dict[RowSet, dict[str, tuple[Decimal, int]]]:
    """Return amount and number of each part and mark in each set of movements, from sums by `FLAGS`."""
    found = {rows: dict.fromkeys((*ACCOUNT_PARTS, *MARKS), NOTHING) for rows in IN_SETS}
    for group in groups:
        for rows, holds in IN_SETS.items():
            if holds(*(group[flag] for flag in FLAGS)):
                _add(found[rows], group)
    return found


def _add(into: dict[str, tuple[Decimal, int]], group: Mapping[str, Any]) -> None:
    for name, (amount, number) in into.items():
        if name in MARKS:
            into[name] = (amount, number + group[f"{name}_rows"])
        else:
            into[name] = (amount + group[f"rows__{name}"], number + group[f"rows__{name}__n"])


def _kept_sums(question: Question) -> Mapping[RowSet, KeptSums]:
    """Return the kept sums of a period by set of rows; of renewals only those that are as the renewals are now."""
    period = question.period
    rows = KEPT_SUMS.read(period=period.key, starts_on=period.starts_on, ends_on=period.ends_on)
    through = period.through_on.toordinal()
    stale = {name for name, part, _, day, is_old in rows if part == THROUGH and (is_old or day != through)}
    stale -= {rows.value for rows in ROW_SETS}
    found: dict[RowSet, dict[str, tuple[Decimal, int]]] = {}
    for rows_name, part, amount, number, _ in rows:
        if rows_name not in stale:
            found.setdefault(RowSet(rows_name), {})[part] = (amount, number)
    return found


def _account_sums_kept(kept: Mapping[RowSet, KeptSums]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name in ACCOUNT_NAMES:
        rows, _, part = name.partition(":")
        alias = name.replace(":", "__")
        found[alias], found[f"{alias}__n"] = kept.get(RowSet(rows), {}).get(part, NOTHING)
    return found


def _renewal_sums_kept(sums: KeptSums) -> Mapping[str, Any]:
    found: dict[str, Any] = {name: sums[name][1] for name in RENEWAL_MARKS}
    for part in RENEWAL_PARTS:
        found[f"rows__{part}"], found[f"rows__{part}__n"] = sums[part]
    return found | {name: float(sums[name][0]) if name in sums else None for name in DAY_CUTS}


def renewal_sums(groups: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the sums of groups of renewals: `rows__<part>`, its `__n`, days at the cuts, and marks."""
    held = list(groups)
    found: dict[str, Any] = {UNKNOWN: sum(group["unknown_rows"] for group in held)}
    for part in RENEWAL_PARTS:
        for name in (f"rows__{part}", f"rows__{part}__n"):
            found[name] = sum((group[name] for group in held), Decimal(0))
    for name in DAYS:
        ordered = sorted(chain.from_iterable(group.get(name, ()) for group in held))
        found[f"{name}__n"] = len(ordered)
        found |= {f"{name}__{cut}": value_at(ordered, share) for cut, share in CUTS}
    return found


def _middle(contract: MetricContract, way: Way, found: Mapping[str, Any]) -> Figure:
    low, value, high = (found[f"{way.numerator}__{cut}"] for cut, _ in CUTS)
    is_known = value is not None
    return Figure(
        metric=contract.key,
        way=way.key,
        version=contract.version,
        state="known" if is_known else "no_rows",
        value=Decimal(str(value)) if is_known else None,
        numerator=None,
        denominator=None,
        number=found[f"{way.numerator}__n"],
        quartiles=(Decimal(str(low)), Decimal(str(high))) if is_known else None,
    )
