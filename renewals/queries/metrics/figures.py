"""Figures of a period: from the maintained sums where they answer the question, else added up over its rows.

Both come from the same rows; a test holds them equal, and equal to `renewals.core.metrics.figure` over the facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Func, IntegerField, Q, QuerySet
from django.db.models.expressions import Combinable

from renewals.core.metrics import Figure, MetricContract, Period, figure_of_sums
from renewals.core.metrics.contracts import RowSet, Way
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.waterfall import WATERFALL_PARTS, Waterfall, waterfall_of_sums
from renewals.models import ArrMovement, ArrSum, Renewal
from renewals.queries.metrics.parts import ACCOUNT_PARTS, RENEWAL_PARTS, ROW_SETS, part_sums
from renewals.queries.metrics.renewals import renewal_rows

UNKNOWN, BRIDGED = "unknown", "bridged"
MARKS = {UNKNOWN: Q(kind=UNKNOWN), BRIDGED: Q(is_bridged=True)}
ACCOUNT_NAMES = {f"{rows.value}:{part}": condition for rows, condition in ROW_SETS.items() for part in ACCOUNT_PARTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rows are asked for; `accounts` None: all of the workspace. A product asks for its rows in each account.

    A cohort is the days between which an account counted first; renewals know neither product nor cohort.
    """

    period: Period
    rates: Rates
    accounts: Q | None = None
    product_id: int | None = None
    cohort: tuple[date, date] | None = None

    @property
    def is_whole(self) -> bool:
        """Answer whether the maintained sums answer it."""
        return self.accounts is None and self.is_of_renewals

    @property
    def is_of_renewals(self) -> bool:
        """Answer whether renewals can answer it as well."""
        return self.product_id is None and self.cohort is None


@dataclass(slots=True, kw_only=True)
class Sums:
    """What the rows of a question add up to, each set of rows read once and only when asked for."""

    question: Question
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
            self._read[rows] = _account_sums(self.question) if rows is None else _renewal_sums(self.question, rows)
        return self._read[rows]


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
    return found if question.accounts is None else found.filter(question.accounts)


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
    rows = movement_rows(question)
    if not question.is_whole:
        # A row without a rate has zero for every amount: it adds nothing anywhere.
        return rows.order_by().aggregate(**part_sums(ACCOUNT_PARTS, ACCOUNT_NAMES), **mark_counts())
    found: dict[str, Any] = {}
    for name in ACCOUNT_NAMES:
        alias = name.replace(":", "__")
        found[alias], found[f"{alias}__n"] = Decimal(0), 0
    sums = ArrSum.objects.filter(period=question.period.key, rows__in=[rows.value for rows in ROW_SETS])
    kept = sums.values_list("rows", "part", "amount", "number")
    for rows_name, part, amount, number in kept:
        found[f"{rows_name}__{part}"], found[f"{rows_name}__{part}__n"] = amount, number
    return found | {name: found.get(f"{RowSet.ACCOUNTS.value}__{name}__n", 0) for name in MARKS}


def _renewal_sums(question: Question, rows: RowSet) -> Mapping[str, Any]:
    known = Q(target_home__isnull=False)
    names = {f"rows:{part}": known for part in RENEWAL_PARTS}
    days = {
        f"{name}__{cut}": _Cut(days, share, known & TOLD[name]) for name, days in DAYS.items() for cut, share in CUTS
    }
    found = renewals_of(question, rows).order_by()
    return found.aggregate(
        **part_sums(RENEWAL_PARTS, names),
        **days,
        unknown=Count("id", filter=~known),
        **{f"{name}__n": Count("id", filter=known & Q(is_won=True) & TOLD[name]) for name in DAYS},
    )


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
CUTS = (("low", "0.25"), ("middle", "0.5"), ("high", "0.75"))


class _Cut(Aggregate):
    """The value below which a share of the days of renewals won lies."""

    output_field = FloatField()

    def __init__(self, days: Any, share: str = "0.5", known: Q | None = None, **extra: Any) -> None:
        extra.setdefault("filter", (known or Q()) & Q(is_won=True))
        super().__init__(days, **extra)
        self.template = f"percentile_cont({share}) WITHIN GROUP (ORDER BY %(expressions)s)"
