"""A figure from its rows: each row with what it brings, what was left out and why, and the sum: the headline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from renewals.core.metrics.contracts import MetricContract, RowSet, Way
from renewals.core.metrics.parts import ACCOUNT_PARTS, DAYS, RENEWAL_PARTS
from renewals.core.metrics.periods import Period
from renewals.core.metrics.rows import ZERO, Movement, RenewalRow, Row

State = Literal["known", "no_rows", "unknown", "counting"]
HALF, QUARTER = Decimal("0.5"), Decimal("0.25")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """What one account or renewal brings to a figure."""

    subject_id: int
    account_id: int
    numerator: Decimal
    denominator: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row that belongs to the figure but has no amount: no rate leads from these currencies."""

    subject_id: int
    account_id: int
    unrated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with its rows. `value` None: nothing to divide by (no_rows), or nothing but rows left out (unknown).

    While the first count goes on it is `counting`. `quartiles` are the first and third of a middle value. Without
    `rows` it was made of kept sums.
    """

    metric: str
    way: str
    version: int
    state: State
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    number: int
    rows: tuple[FigureRow, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    quartiles: tuple[Decimal, Decimal] | None = None


def figure(
    contract: MetricContract, rows: Iterable[Row], *, period: Period, way: str = "", is_product: bool = False
) -> Figure:
    """Return the figure of a period over the rows that belong to it, others are passed over.

    A sum over no row is zero and says `no_rows`. `is_product` reckons over the rows of products instead of accounts.
    """
    reckoned = contract.way(way)
    belonging = [row for row in rows if belongs(row, reckoned.rows, period, is_product=is_product)]
    known = [row for row in belonging if not row.unrated]
    left_out = tuple(
        LeftOut(subject_id=row.subject_id, account_id=row.account_id, unrated=row.unrated)
        for row in belonging
        if row.unrated
    )
    if reckoned.is_middle:
        return _middle(contract, reckoned, known, left_out)
    brought = [found for row in known if (found := _brought(row, reckoned)) is not None]
    sums = {
        "numerator": sum((row.numerator for row in brought), ZERO),
        "denominator": sum((row.denominator for row in brought), ZERO),
    }
    made = figure_of_sums(contract, sums, number=len(brought), way=way, is_unknown=bool(left_out))
    return replace(made, rows=tuple(brought), left_out=left_out)


def figure_of_sums(
    contract: MetricContract,
    sums: Mapping[str, Decimal],
    *,
    number: int,
    way: str = "",
    is_unknown: bool = False,
) -> Figure:
    """Return the figure from the sums of its numerator and denominator over `number` rows, which a caller kept."""
    reckoned = contract.way(way)
    numerator = sums["numerator"]
    denominator = sums["denominator"] if reckoned.denominator else None
    is_empty = number == 0 if denominator is None else denominator == 0
    state: State = "known" if not is_empty else "unknown" if is_unknown else "no_rows"
    value = None if is_empty else numerator if denominator is None else numerator / denominator
    return Figure(
        metric=contract.key,
        way=reckoned.key,
        version=contract.version,
        state=state,
        value=value,
        numerator=numerator,
        denominator=denominator,
        number=number,
    )


def belongs(row: Row, rows: RowSet, period: Period, *, is_product: bool = False) -> bool:
    """Answer whether a row is one of the set in the period."""
    if isinstance(row, Movement):
        if not rows.is_of_accounts or row.period != period.key or (row.product_id is not None) != is_product:
            return False
        if rows is RowSet.ACCOUNTS_DUE:
            return row.is_renewing
        return rows is RowSet.ACCOUNTS or row.is_renewing or row.is_anniversary
    if rows is RowSet.RENEWALS_CLOSED:
        return row.closed_on is not None and period.holds(row.closed_on)
    return rows is RowSet.RENEWALS_DUE and period.holds(row.due_on)


def part_of(row: Row, name: str) -> Decimal:
    """Return what a row brings to a named part, zero for an empty name."""
    if not name:
        return ZERO
    return ACCOUNT_PARTS[name](row) if isinstance(row, Movement) else RENEWAL_PARTS[name](row)


def _brought(row: Row, way: Way) -> FigureRow | None:
    """Return what a row brings; None for one that brings nothing to either side."""
    numerator, denominator = part_of(row, way.numerator), part_of(row, way.denominator)
    if not numerator and not denominator:
        return None
    return FigureRow(subject_id=row.subject_id, account_id=row.account_id, numerator=numerator, denominator=denominator)


def _middle(contract: MetricContract, way: Way, rows: Sequence[Row], left_out: tuple[LeftOut, ...]) -> Figure:
    brought = tuple(found for row in rows if isinstance(row, RenewalRow) and (found := _days(row, way)) is not None)
    values = sorted(row.numerator for row in brought)
    made = Figure(
        metric=contract.key,
        way=way.key,
        version=contract.version,
        state="known" if values else "no_rows",
        value=middle(values, HALF) if values else None,
        numerator=None,
        denominator=None,
        number=len(values),
        quartiles=(middle(values, QUARTER), middle(values, 1 - QUARTER)) if values else None,
    )
    return replace(made, rows=brought, left_out=left_out)


def middle(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """Return the value below which this share of the sorted values lies, between neighbours in proportion."""
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _days(row: RenewalRow, way: Way) -> FigureRow | None:
    days = DAYS[way.numerator](row)
    if days is None:
        return None
    return FigureRow(subject_id=row.subject_id, account_id=row.account_id, numerator=Decimal(days))
