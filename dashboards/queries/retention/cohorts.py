"""Start quarters by age: the usual triangle, of ARR or of accounts, each figure with the rows it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.money import count_words, money_cell, percent_words
from dashboards.core.parts import Cell, Chip, Column, Link, Table
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, kept_quarters
from renewals.core.metrics import Period
from renewals.core.metrics.cohorts import Cohort, share_of_all, triangle
from renewals.core.money import Money
from renewals.queries.metrics.cohorts import cohort_cells

WAYS = (("arr", "ARR"), ("logos", "Accounts"))
PARTS = {"arr": "closing", "logos": "closing_accounts"}
HEATS, HALF = 10, Decimal("0.5")
"""Colours begin at half: what is kept of ARR hardly ever falls below."""
YEAR_OF_QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPage:
    """The triangle with its finding; `note` says what a figure is."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    chips: tuple[Chip, ...]
    table: Table
    note: str


def cohort_page(asker: Asker, choice: Mapping[str, str]) -> CohortPage:
    """Return the triangle under the filters of the address; a period says nothing here: all kept quarters are shown."""
    asked, way = asked_of(asker, choice), "logos" if choice.get("way") == "logos" else "arr"
    quarters = kept_quarters(today=asker.today)
    cells = cohort_cells(asked.question, quarters, PARTS[way])
    cohorts = triangle(cells, [each.key for each in quarters])
    return CohortPage(
        title=_finding(cohorts, way),
        unit=" · ".join(
            part for part in (asked.reach, "By quarter, up to today", asked.currency, age_of(asker)) if part
        ),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Start quarters")),
        chips=tuple(Chip(text=words, href=asked.href("cohorts/", way=key), is_on=key == way) for key, words in WAYS),
        table=_table(asked, way, cohorts, quarters),
        note=_note(way, quarters),
    )


def _finding(cohorts: Sequence[Cohort], way: str) -> str:
    what = dict(WAYS)[way] if way == "arr" else "accounts"
    for age in (YEAR_OF_QUARTERS, *range(YEAR_OF_QUARTERS - 1, 0, -1)):
        share = share_of_all(cohorts, age)
        if share is not None:
            return f"After {count_words(age, 'quarter')} start quarters have {percent_words(share)} of their {what}"
    return "No start quarter is old enough to compare"


def _note(way: str, quarters: Sequence[Period]) -> str:
    what = (
        "ARR at the end of each later quarter, of the ARR at the end of the quarter in which the accounts counted "
        "first; growth counts, so a share can pass 100%."
        if way == "arr"
        else "Accounts with ARR at the end of each later quarter, of those at the end of their first."
    )
    oldest = quarters[0].key.replace("-", " ")
    return f"{what} The last figure of each row is of today. What began before {oldest} is not shown."


def _table(asked: Asked, way: str, cohorts: Sequence[Cohort], quarters: Sequence[Period]) -> Table:
    ages = range(max((len(each.amounts) for each in cohorts), default=1))
    base = f"First ARR, {asked.currency}" if way == "arr" else "Accounts at first"
    total = sum((each.base for each in cohorts), Decimal(0))
    return Table(
        caption=f"Start quarters by age, {dict(WAYS)[way]}",
        columns=(
            Column(title="Start quarter"),
            Column(title=base, is_amount=True),
            *(Column(title=f"+{age}" if age else "At first", is_amount=True) for age in ages),
        ),
        rows=tuple(_row(asked, way, each, [one.key for one in quarters], len(ages)) for each in cohorts),
        totals=(
            Cell(text="All"),
            _base(asked, way, total),
            *(_share(share_of_all(cohorts, age)) for age in ages),
        )
        if cohorts
        else (),
    )


def _row(asked: Asked, way: str, cohort: Cohort, quarters: Sequence[str], width: int) -> tuple[Cell, ...]:
    start = quarters.index(cohort.key)
    shares = (
        _share(cohort.share(age), asked.href("arr/", way="closing", period=quarters[start + age], cohort=cohort.key))
        for age in range(len(cohort.amounts))
    )
    blank = (Cell(),) * (width - len(cohort.amounts))
    name = Cell(text=cohort.key.replace("-", " "), href=asked.href(cohort=cohort.key))
    return (name, _base(asked, way, cohort.base), *shares, *blank)


def _base(asked: Asked, way: str, amount: Decimal) -> Cell:
    if way == "arr":
        return Cell(money=money_cell(Money(amount, asked.currency)))
    return Cell(text=f"{amount:,.0f}", is_amount=True)


def _share(share: Decimal | None, href: str = "") -> Cell:
    if share is None:
        return Cell()
    heat = min(HEATS, max(0, int((share - HALF) * 2 * HEATS)))
    return Cell(text=percent_words(share), href=href, is_amount=True, heat=str(heat))
