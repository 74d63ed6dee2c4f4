"""The pipeline: open renewals by due quarter and forecast category, with what is at risk. Amounts are converted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.charts import stacked_bar_chart
from dashboards.core.columns import column_choices, with_columns
from dashboards.core.dates import date_cell, day_words
from dashboards.core.filters import address, closed_filters
from dashboards.core.money import count_words, money_cell, percent_words, short_money
from dashboards.core.parts import Cell, Chip, Column, ColumnChoice, FilterBar, Pager, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.beside_pipeline import pipeline_tabs
from dashboards.queries.exchange import Exchange
from dashboards.queries.people import person_name, team_name, whose
from dashboards.queries.pipeline_sums import PipelineCell, pipeline_sums, quarter_key, quarter_of
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.saved_views import KeptViews, kept_views
from playbooks.core.queue import NEAR_DAYS
from playbooks.models import QueueEntry
from playbooks.queries.open_entries import open_entries
from renewals.core.money import Money
from renewals.core.renewal_states import ForecastCategory
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Renewal
from renewals.queries.people import near_open_renewals, visible_to
from renewals.queries.running_on import planned_ends
from renewals.queries.written import Written

PATH = "/pipeline/"
ROWS_A_PAGE = 50
PAGE = "pipeline"
DATED = ("notice", "due")
"""Filters that hang on today, so that no kept sum knows them."""
FILTERS = ("quarter", "category", "stage", "segment", "owner", "team", *DATED)
DATED_WORDS = {
    ("notice", "30"): "Within 30 days",
    ("due", "passed"): "Date passed",
    ("due", "30"): "Within 30 days",
    ("due", "90"): "Within 90 days",
}
SHAPE = ("view", "by")
"""Table or board, and what the columns of the board are."""
FIELDS = (*FILTERS, "columns", *SHAPE)
WAYS = (("", "Table"), ("board", "Board"))
SEPARATOR = "~"
SHOWN = (
    *("account_name", "currency", "due_on", "notice_on", "renewal_amount", "reporting_amount", "at_risk_amount"),
    *("renew_probability", "renewal__forecast_category", "renewal__stage", "owner__name", "owner__email"),
)
CATEGORIES = [category.value for category in ForecastCategory if category is not ForecastCategory.CLOSED]


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinePage:
    """The finding, the picture by quarter with its figures, and the renewals; `table` is None without amounts."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    bar: FilterBar
    ways: tuple[Chip, ...]
    chart: SafeString | str
    chart_title: str
    chart_unit: str
    chart_query: str
    quarters: Table
    table: Table
    pager: Pager
    is_empty: bool
    is_filtered: bool
    may_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineChart:
    """The picture by quarter, to be drawn in any form, and its figures; amounts only for who may see each of them."""

    specification: Mapping[str, Any]
    table: Table


def pipeline_page(asker: Asker, choice: Mapping[str, str]) -> PipelinePage:
    """Return the pipeline a person may see under the chosen filters."""
    seen = _visible(asker)
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    wanted = _filtered(seen, chosen, today=asker.today)
    sums = pipeline_sums(asker, wanted, chosen)
    cells = sums.cells
    sight, a_page = price_sight(asker.member), asker.rows(ROWS_A_PAGE)
    asked = (tuple(chosen.items()), choice.get("after", ""), a_page + 1)
    rows = _lines(asker.reach, *asked, is_total=sight.is_total).read()
    shown = rows[:a_page]
    number = sum(cell.whole.number for cell in cells)
    sees = sees_every_amount(wanted, asker)
    kept = kept_views(asker.membership.user_id, PAGE)
    columns = kept.columns(choice)
    table = _table(shown, asker, sight)
    is_filtered = any(name in FILTERS for name in chosen)
    return PipelinePage(
        title=finding(cells, asker.workspace.currency, sees=sees),
        unit=unit_words(asker, sums.as_of),
        tabs=pipeline_tabs(""),
        bar=pipeline_bar(chosen, number, asker, column_choices(table, columns), kept),
        ways=ways_of(chosen),
        chart=draw(_specification(cells, chosen, has_amounts=sees)) if cells else "",
        chart_title="Amount due by quarter" if sees else "Renewals due by quarter",
        chart_unit=f"{asker.workspace.currency} by forecast category" if sees else "by forecast category",
        chart_query=address("", chosen),
        quarters=_quarters(cells, chosen, asker.workspace.currency, sees=sees),
        table=with_columns(table, columns),
        pager=_pager(shown, number, chosen, is_more=len(rows) > a_page, is_first=not choice.get("after")),
        is_empty=number == 0 and not is_filtered,
        is_filtered=is_filtered,
        may_export=can(asker.member, "exports.view"),
    )


def pipeline_chart(asker: Asker, choice: Mapping[str, str]) -> PipelineChart:
    """Return the picture of the pipeline and its figures by quarter and category, as the page shows them."""
    chosen = {name: choice[name] for name in FILTERS if choice.get(name)}
    wanted = listed(asker, chosen)
    cells = pipeline_sums(asker, wanted, chosen).cells
    sees = sees_every_amount(wanted, asker)
    return PipelineChart(
        specification=_specification(cells, chosen, has_amounts=sees),
        table=_figures(cells, asker.workspace.currency, sees=sees),
    )


def listed(asker: Reach, chosen: Mapping[str, str]) -> QuerySet[QueueEntry]:
    """Return the renewals the page lists under these choices."""
    return _filtered(_visible(asker), chosen, today=asker.today)


def _visible(asker: Reach) -> QuerySet[QueueEntry]:
    entries = open_entries()
    if granted_scope(asker.member, "pipeline.view") is not Scope.ALL:
        entries = entries.filter(near_open_renewals("renewal_id", asker.member, "pipeline.view"))
    return entries.order_by("due_on", "id")


@lru_cache(maxsize=64)
def _lines(
    reach: Reach, chosen: tuple[tuple[str, str], ...], after: str, most: int, *, is_total: bool
) -> Written[QueueEntry]:
    return Written(lambda: _after(readable(listed(reach, dict(chosen)), is_total=is_total), after)[:most])


def readable(entries: QuerySet[QueueEntry], *, is_total: bool) -> QuerySet[QueueEntry]:
    """Return the entries with what a line shows; account and renewal in full only where the rule of prices asks.

    `is_total`: the person's sight of prices is all or nothing.
    """
    if not is_total:
        return entries.select_related("renewal", "account", "owner").defer("why", "parts")
    return entries.select_related("renewal", "owner").only(*SHOWN)


def _filtered(entries: QuerySet[QueueEntry], chosen: Mapping[str, str], *, today: date) -> QuerySet[QueueEntry]:
    condition = _dated(chosen, today) & whose(chosen)
    if "segment" in chosen:
        condition &= Q(segment=chosen["segment"])
    if "category" in chosen:
        condition &= Q(renewal__forecast_category=chosen["category"])
    if "stage" in chosen:
        condition &= Q(renewal__stage=chosen["stage"])
    if found := quarter_of(chosen.get("quarter", "")):
        condition &= Q(due_on__year=found[0], due_on__quarter=found[1])
    return entries.filter(condition)


def _dated(chosen: Mapping[str, str], today: date) -> Q:
    """A deadline or date that has passed is near no more."""
    condition = Q()
    if chosen.get("notice", "").isdecimal():
        condition &= Q(notice_on__range=(today, today + timedelta(days=min(int(chosen["notice"]), 365))))
    if chosen.get("due", "").isdecimal():
        condition &= Q(due_on__range=(today, today + timedelta(days=min(int(chosen["due"]), 365))))
    if chosen.get("due") == "passed":
        condition &= Q(due_on__lt=today)
    return condition


def ways_of(chosen: Mapping[str, str]) -> tuple[Chip, ...]:
    """Return the ways the pipeline is shown, under the same filters; the board keeps what its columns are."""
    kept = {name: value for name, value in chosen.items() if name not in SHAPE}
    shown = chosen.get("view", "")
    return tuple(Chip(text=text, href=address(PATH, kept, view=key), is_on=key == shown) for key, text in WAYS)


def finding(cells: Sequence[PipelineCell], currency: str, *, sees: bool) -> str:
    """Return the title: what is due soon, and what of it is at risk."""
    words = f"{count_words(sum(cell.near.number for cell in cells), 'renewal')} due in {NEAR_DAYS} days"
    amount = sum((cell.near.amount for cell in cells), Decimal(0))
    if not amount or not sees:
        return words
    at_risk = sum((cell.near.at_risk for cell in cells), Decimal(0))
    due, risk = (short_money(Money(each, currency)) for each in (amount, at_risk))
    return f"{words}: {due}, of which {risk} at risk"


def unit_words(asker: Asker, as_of: datetime) -> str:
    """Return what the figures are and how old."""
    seconds = round((asker.now - as_of).total_seconds())
    age = f"added up {seconds} s ago" if seconds else "added up now"
    return f"Open renewals by due date · {asker.workspace.currency} · {day_words(asker.today)} · {age}"


def sees_every_amount(entries: QuerySet[QueueEntry], asker: Asker) -> bool:
    """Answer whether the person may see each amount of these renewals, so that a sum gives nothing away."""
    if granted_scope(asker.member, "prices.view") >= granted_scope(asker.member, "pipeline.view"):
        return True
    priced = visible_to(Renewal.objects.all(), asker.member, "prices.view")
    return not entries.exclude(renewal__in=priced).exists()


def _specification(cells: Sequence[PipelineCell], chosen: Mapping[str, str], *, has_amounts: bool) -> dict[str, Any]:
    """Describe amounts, or numbers of renewals for somebody who may not see every amount in the sum."""
    drawn = [
        {
            "group": quarter_words(cell.quarter),
            "series": title(cell.category),
            "value": float(cell.whole.amount if has_amounts else cell.whole.number),
            "rank": CATEGORIES.index(cell.category),
            "href": address(PATH, chosen, quarter=quarter_key(cell.quarter), category=cell.category),
        }
        for cell in cells
    ]
    order = list(dict.fromkeys(cell["group"] for cell in drawn))
    present = [title(key) for key in CATEGORIES if any(cell.category == key for cell in cells)]
    return stacked_bar_chart(drawn, order=order, series=present, name="Renewals due by quarter and forecast category")


def _figures(cells: Sequence[PipelineCell], currency: str, *, sees: bool) -> Table:
    """Return one row a quarter and category, in plain figures for a file."""
    amounts = (f"Due, {currency}", f"At risk, {currency}") if sees else ()
    return Table(
        caption="Renewals by due quarter and forecast category",
        columns=tuple(Column(title=name) for name in ("Quarter", "Category", "Renewals", *amounts)),
        rows=tuple(
            (
                Cell(text=quarter_words(cell.quarter)),
                Cell(text=title(cell.category)),
                Cell(text=str(cell.whole.number)),
                *(Cell(text=f"{each:.2f}") for each in (cell.whole.amount, cell.whole.at_risk) if sees),
            )
            for cell in cells
        ),
    )


def _quarters(cells: Sequence[PipelineCell], chosen: Mapping[str, str], currency: str, *, sees: bool) -> Table:
    sums: dict[date, list[Decimal]] = {}
    for cell in cells:
        found = sums.setdefault(cell.quarter, [Decimal(0)] * 3)
        for place, figure in enumerate((Decimal(cell.whole.number), cell.whole.amount, cell.whole.at_risk)):
            found[place] += figure
    total = [sum((numbers[place] for numbers in sums.values()), Decimal(0)) for place in range(3)]
    return Table(
        caption="Renewals by due quarter",
        columns=(
            Column(title="Quarter"),
            Column(title="Renewals", is_amount=True),
            Column(title=f"Due, {currency}", is_amount=True, term="renewals_due"),
            Column(title=f"At risk, {currency}", is_amount=True, term="arr_at_risk"),
        ),
        rows=tuple(
            _sum_row(quarter_words(day), found, currency, sees, address(PATH, chosen, quarter=quarter_key(day)))
            for day, found in sums.items()
        ),
        totals=_sum_row("All", total, currency, sees, "") if sums else (),
    )


def _sum_row(name: str, numbers: list[Decimal], currency: str, sees: bool, href: str) -> tuple[Cell, ...]:
    amounts = (money_cell(Money(number, currency).rounded(), is_hidden=not sees) for number in numbers[1:])
    return (
        Cell(text=name, href=href),
        Cell(text=f"{int(numbers[0]):,}", is_amount=True),
        *(Cell(money=amount) for amount in amounts),
    )


def _table(rows: list[QueueEntry], asker: Asker, sight: PriceSight) -> Table:
    currency = asker.workspace.currency
    exchange = Exchange(home=currency, on=asker.today)
    omitted = [row.renewal_id for row in rows if row.renewal.forecast_category == ForecastCategory.OMITTED]
    ending = planned_ends(omitted) if omitted else frozenset()
    return Table(
        caption="Open renewals by due date",
        columns=(
            Column(title="Account"),
            Column(title="Due", term="due_date", key="due"),
            Column(title="Notice by", term="notice_deadline", key="notice"),
            Column(title="Category", term="forecast_category", key="category"),
            Column(title="Stage", key="stage"),
            Column(title=f"Amount, {currency}", is_amount=True, term="target_amount", key="amount"),
            Column(title="Likely to renew", is_amount=True, term="renew_probability", key="likely"),
            Column(title=f"At risk, {currency}", is_amount=True, term="arr_at_risk", key="at_risk"),
            Column(title="Owner", key="owner"),
        ),
        rows=tuple(_row(row, asker, sight, exchange, ending) for row in rows),
    )


def _row(
    row: QueueEntry, asker: Asker, sight: PriceSight, exchange: Exchange, ending: frozenset[int]
) -> tuple[Cell, ...]:
    is_hidden = not sight.sees_entry(row)
    original = Money(row.renewal_amount, row.currency)
    # A deadline that has passed presses nobody any more: the renewal date does.
    is_ahead = row.notice_on is not None and row.notice_on >= asker.today
    likely = "not known" if row.renew_probability is None else percent_words(row.renew_probability)
    return (
        Cell(text=row.account_name, href=f"/renewals/{row.renewal_id}/"),
        Cell(date=date_cell(row.due_on, today=asker.today, is_deadline=True)),
        Cell(date=date_cell(row.notice_on, today=asker.today, is_deadline=is_ahead, missing="none agreed")),
        Cell(text=title(row.renewal.forecast_category), note="ends by agreement" if row.renewal_id in ending else ""),
        Cell(text=title(row.renewal.stage)),
        Cell(money=exchange.home_cell(row.reporting_amount, original, is_hidden=is_hidden)),
        Cell(text=likely, is_amount=True),
        Cell(money=sight.cell(row.at_risk_amount, asker.workspace.currency, is_seen=not is_hidden)),
        Cell(text=str(row.owner)),
    )


def pipeline_bar(
    chosen: Mapping[str, str], number: int, asker: Asker, columns: tuple[ColumnChoice, ...], kept: KeptViews
) -> FilterBar:
    """Return the filter bar; no choice is counted before its filter is opened."""
    query = address("", chosen).removeprefix("?")
    year, _, quarter = chosen.get("quarter", "").partition("-")
    said = {"owner": person_name(chosen.get("owner", "")), "quarter": f"{quarter} {year}".strip()}
    said["team"] = team_name(chosen.get("team", ""))
    said |= {name: DATED_WORDS.get((name, chosen[name]), "") for name in DATED if name in chosen}
    return FilterBar(
        filters=closed_filters(PATH, FILTERS, chosen, said),
        count=count_words(number, "renewal"),
        clear_href=address(PATH, {name: chosen[name] for name in SHAPE if name in chosen})
        if any(name in FILTERS for name in chosen)
        else "",
        views=kept.chips(query),
        save_href="/views/",
        query=query,
        columns=columns,
    )


def _after(entries: QuerySet[QueueEntry], after: str) -> QuerySet[QueueEntry]:
    day, _, last_id = after.rpartition(SEPARATOR)
    try:
        due_on, pk = date.fromisoformat(day), int(last_id)
    except ValueError:
        return entries
    return entries.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, id__gt=pk))


def _pager(rows: list[QueueEntry], number: int, chosen: Mapping[str, str], *, is_more: bool, is_first: bool) -> Pager:
    after = f"{rows[-1].due_on.isoformat()}{SEPARATOR}{rows[-1].id}" if rows and is_more else ""
    return Pager(
        shown=f"{len(rows):,} of {count_words(number, 'renewal')}",
        first_href="" if is_first else address(PATH, chosen),
        next_href=address(PATH, chosen, after=after) if after else "",
    )


def quarter_words(day: date) -> str:
    """Return the quarter that begins on a day: "Q1 2027"."""
    return f"Q{(day.month + 2) // 3} {day.year}"
