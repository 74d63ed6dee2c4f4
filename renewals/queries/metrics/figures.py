"""Figures of a period: from the maintained sums where they answer the question, else added up over its rows.

Both come from the same rows; tests hold them equal, and equal to `renewals.core.metrics.figure` over the facts. Kept
sums of renewals are passed over while a change of their period waits to be added up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Exists, F, FloatField, Func, IntegerField, Q, QuerySet
from django.db.models.expressions import Combinable

from renewals.core.metrics import Figure, MetricContract, Period, figure_of_sums
from renewals.core.metrics.contracts import RowSet, Way
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.waterfall import WATERFALL_PARTS, Waterfall, waterfall_of_sums
from renewals.models import ArrMovement, ArrSum, Renewal, RenewalTouch
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS, ROW_SETS, part_sums
from renewals.queries.metrics.renewals import renewal_rows

UNKNOWN, BRIDGED = "unknown", "bridged"
MARKS = {UNKNOWN: Q(kind=UNKNOWN), BRIDGED: Q(is_bridged=True)}
ACCOUNT_NAMES = [f"{rows.value}:{part}" for rows in ROW_SETS for part in ACCOUNT_PARTS]
EVERY = {f"rows:{part}": Q() for part in ACCOUNT_PARTS}
FLAGS = ("is_renewing", "is_anniversary")
"""What decides which sets of rows a movement is in: sums are made once by both, and added up for each set."""
IN_SETS = {
    RowSet.ACCOUNTS: lambda is_renewing, is_anniversary: True,
    RowSet.ACCOUNTS_DUE: lambda is_renewing, is_anniversary: is_renewing,
    RowSet.ACCOUNTS_ELIGIBLE: lambda is_renewing, is_anniversary: is_renewing or is_anniversary,
}
KeptSums = Mapping[str, tuple[Decimal, int]]
"""Amount and number of rows by part."""
NOTHING = (Decimal(0), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rows are asked for; `accounts` None: all of the workspace. A product asks for its rows in each account.

    `renewals` is the same choice for renewals where they are chosen otherwise than their accounts, as by their owner.
    A cohort is the days between which an account counted first; renewals know neither product nor cohort.
    """

    period: Period
    rates: Rates
    accounts: Q | None = None
    renewals: Q | None = None
    product_id: int | None = None
    cohort: tuple[date, date] | None = None

    @property
    def is_whole(self) -> bool:
        """Answer whether the maintained sums answer it."""
        return self.accounts is None and self.renewals is None and self.is_of_renewals

    @property
    def is_of_renewals(self) -> bool:
        """Answer whether renewals can answer it as well."""
        return self.product_id is None and self.cohort is None


@dataclass(slots=True, kw_only=True)
class Sums:
    """What the rows of a question add up to, each set of rows read once and only when asked for."""

    question: Question
    _kept: Mapping[RowSet, KeptSums] | None = field(default=None, init=False)
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
        return figure_of_sums(
            contract,
            {"numerator": sums["numerator"], "denominator": sums.get("denominator", Decimal(0))},
            number=max(numbers),
            way=reckoned.key,
            is_unknown=bool(found[UNKNOWN]),
        )

    def part(self, name: str) -> Decimal:
        """Return what the movements of accounts add up to in one part."""
        return Decimal(self._of(None)[f"{RowSet.ACCOUNTS.value}__{name}"])

    def left_out(self, rows: RowSet) -> int:
        """Return how many rows of the set have no rate."""
        return int(self._of(None if rows.is_of_accounts else rows)[UNKNOWN])

    def bridged(self) -> int:
        """Return how many accounts count at one end only by the grace of a late renewal."""
        return int(self._of(None)[BRIDGED])

    def waterfall(self) -> Waterfall:
        """Return the waterfall of the period."""
        found = self._of(None)
        return waterfall_of_sums({part: found[f"{RowSet.ACCOUNTS.value}__{part}"] for part in WATERFALL_PARTS})

    def _of(self, rows: RowSet | None) -> Mapping[str, Any]:
        if rows not in self._read:
            self._read[rows] = self._sums(rows)
        return self._read[rows]

    def _sums(self, rows: RowSet | None) -> Mapping[str, Any]:
        if not self.question.is_whole:
            return _account_sums(self.question) if rows is None else renewal_sums(self.question, rows)
        if self._kept is None:
            self._kept = _kept_sums(self.question)
        if rows is None:
            return _account_sums_kept(self._kept)
        return _renewal_sums_kept(self._kept[rows]) if rows in self._kept else renewal_sums(self.question, rows)


def movement_rows(question: Question, rows: RowSet = RowSet.ACCOUNTS) -> QuerySet[ArrMovement]:
    """Return the kept movements a question asks for, those without a rate among them."""
    found = ArrMovement.objects.filter(ROW_SETS[rows], period=question.period.key, product_id=question.product_id)
    if question.cohort is not None:
        found = found.filter(first_on__range=question.cohort)
    return found if question.accounts is None else found.filter(question.accounts)


def product_rows(question: Question) -> QuerySet[ArrMovement]:
    """Return the movements of all products in the accounts asked for."""
    found = ArrMovement.objects.filter(period=question.period.key, product__isnull=False)
    return found if question.accounts is None else found.filter(question.accounts)


def renewals_of(question: Question, rows: RowSet) -> QuerySet[Renewal]:
    """Return the renewals a question asks for, with their amounts at home."""
    found = renewal_rows(question.period, rows, rates=question.rates)
    chosen = question.accounts if question.renewals is None else question.renewals
    return found if chosen is None else found.filter(chosen)


def part_expressions(rows: RowSet) -> Mapping[str, Combinable]:
    """Return the parts a set of rows has, as expressions."""
    return ACCOUNT_PARTS if rows.is_of_accounts else RENEWAL_PARTS


def mark_counts() -> dict[str, Count]:
    """Return how many accounts have no rate, and how many are bridged, as aggregates."""
    return {name: Count("id", filter=condition) for name, condition in MARKS.items()}


def _sides(way: Way) -> list[tuple[str, str]]:
    sides = [("numerator", way.numerator)]
    return [*sides, ("denominator", way.denominator)] if way.denominator else sides


def _account_sums(question: Question) -> Mapping[str, Any]:
    # A row without a rate has zero for every amount: it adds nothing anywhere.
    rows = movement_rows(question).order_by().values(*FLAGS)
    groups = list(rows.annotate(**part_sums(ACCOUNT_PARTS, EVERY), **mark_counts()))
    kept = sums_by_set(groups)
    marks = {name: (Decimal(0), sum(group[name] for group in groups)) for name in MARKS}
    return _account_sums_kept({**kept, RowSet.ACCOUNTS: {**kept[RowSet.ACCOUNTS], **marks}})


def sums_by_set(groups: Iterable[Mapping[str, Any]]) -> dict[RowSet, dict[str, tuple[Decimal, int]]]:
    """Return amount and number of each part in each set of movements, from sums by `FLAGS`."""
    found = {rows: dict.fromkeys(ACCOUNT_PARTS, NOTHING) for rows in IN_SETS}
    for group in groups:
        for rows, holds in IN_SETS.items():
            if holds(*(group[flag] for flag in FLAGS)):
                _add(found[rows], group)
    return found


def _add(into: dict[str, tuple[Decimal, int]], group: Mapping[str, Any]) -> None:
    for part, (amount, number) in into.items():
        into[part] = (amount + group[f"rows__{part}"], number + group[f"rows__{part}__n"])


def _kept_sums(question: Question) -> Mapping[RowSet, KeptSums]:
    """Return the kept sums of a period by set of rows; of renewals only those that are as the renewals are now."""
    period = question.period
    changed = RenewalTouch.objects.filter(quarter_on__range=(period.starts_on, period.ends_on))
    kept = ArrSum.objects.filter(period=period.key, rows__in=[rows.value for rows in RowSet])
    kept = kept.annotate(is_old=Exists(changed))
    rows = list(kept.values_list("rows", "part", "amount", "number", "is_old"))
    through = period.through_on.toordinal()
    stale = {rows_name for rows_name, part, _, day, is_old in rows if part == THROUGH and (is_old or day != through)}
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
        found[alias], found[f"{alias}__n"] = kept.get(RowSet(rows), {}).get(part, (Decimal(0), 0))
    marks = kept.get(RowSet.ACCOUNTS, {})
    return found | {name: marks.get(name, (Decimal(0), 0))[1] for name in MARKS}


def _renewal_sums_kept(sums: KeptSums) -> Mapping[str, Any]:
    found: dict[str, Any] = {name: sums[name][1] for name in RENEWAL_MARKS}
    for part in RENEWAL_PARTS:
        found[f"rows__{part}"], found[f"rows__{part}__n"] = sums[part]
    return found | {name: float(sums[name][0]) if name in sums else None for name in DAY_CUTS}


def renewal_sums(question: Question, rows: RowSet) -> Mapping[str, Any]:
    """Return what the renewals of a question add up to now: `rows__<part>`, its `__n`, days at the cuts, and marks."""
    known = Q(target_home__isnull=False)
    names = {f"rows:{part}": known for part in RENEWAL_PARTS}
    days = {
        name: _Cut(DAYS[days], share, known & TOLD[days])
        for name, share in DAY_CUTS.items()
        for days in (name.partition("__")[0],)
    }
    told = {f"{name}__n": Count("id", filter=known & Q(is_won=True) & TOLD[name]) for name in DAYS}
    # Days are sorted for their middle: only where a metric asks for it.
    middles = days | told if rows is DAYS_OF else {}
    found = renewals_of(question, rows).order_by()
    sums = found.aggregate(**part_sums(RENEWAL_PARTS, names), **middles, unknown=Count("id", filter=~known))
    return {**dict.fromkeys(days), **dict.fromkeys(told, 0), **sums}


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


def _between(later: str, earlier: str) -> Func:
    return Func(F(later), F(earlier), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


DAYS = {"days_open": _between("closed_on", "opened_on"), "days_early": _between("due_on", "closed_on")}
TOLD = {"days_open": Q(closed_on__gte=F("opened_on")), "days_early": Q()}
"""Of which renewals the days are known: one recorded after it had closed was opened nobody knows when."""
DAYS_OF = RowSet.RENEWALS_CLOSED
CUTS = (("low", "0.25"), ("middle", "0.5"), ("high", "0.75"))
DAY_CUTS = {f"{name}__{cut}": share for name in DAYS for cut, share in CUTS}
RENEWAL_MARKS = (UNKNOWN, *(f"{name}__n" for name in DAYS))
THROUGH = "through"
"""Kept beside the sums of renewals: up to which day they are counted, as an ordinal."""


class _Cut(Aggregate):
    """The value below which a share of the days of renewals won lies."""

    output_field = FloatField()

    def __init__(self, days: Any, share: str = "0.5", known: Q | None = None, **extra: Any) -> None:
        extra.setdefault("filter", (known or Q()) & Q(is_won=True))
        super().__init__(days, **extra)
        self.template = f"percentile_cont({share}) WITHIN GROUP (ORDER BY %(expressions)s)"
