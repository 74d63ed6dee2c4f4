"""The page of ARR at risk: the finding, what needs attention, the sums by five questions, and the renewals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.at_risk import NOT_SCORED, RiskCell, RiskSums, added, finding, unit_words
from dashboards.core.columns import column_choices, with_columns
from dashboards.core.filters import address, closed_filters
from dashboards.core.money import count_words, money_cell, short_money
from dashboards.core.parts import Cell, ColumnChoice, FilterBar, Link, Pager, Table
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.at_risk.reach import (
    FILTERS,
    PAGE,
    PATH,
    RIGHT,
    chosen_of,
    chosen_words,
    filtered,
    visible_entries,
)
from dashboards.queries.at_risk.rows import readable, risk_table
from dashboards.queries.at_risk.sums import at_risk_sums
from dashboards.queries.at_risk.tables import RiskTables
from dashboards.queries.prices import price_sight
from dashboards.queries.saved_views import KeptViews, kept_views
from playbooks.models import QueueEntry
from renewals.core.money import Money
from renewals.core.roles import can, granted_scope
from renewals.models import Renewal
from renewals.queries.people import visible_to
from renewals.queries.written import Written

ROWS_A_PAGE = 50
SEPARATOR = "~"
UNKNOWN = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskPage:
    """The finding, what stands out as links to its rows, the picture, the sums, and one page of the renewals."""

    title: str
    unit: str
    notes: tuple[Link, ...]
    bar: FilterBar
    chart: SafeString | str
    chart_title: str
    chart_query: str
    quarters: Table
    splits: tuple[Table, ...]
    table: Table
    pager: Pager
    is_empty: bool
    may_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskChart:
    """The picture by quarter, to be drawn in any form, and its figures; amounts only for who may see each of them."""

    specification: Mapping[str, Any]
    table: Table


@dataclass(frozen=True, slots=True)
class _Part:
    """Which lines of the list: those that fit what is chosen, from behind a mark on, no more than `most`."""

    chosen: tuple[tuple[str, str], ...]
    after: str
    most: int


def at_risk_page(asker: Asker, choice: Mapping[str, str]) -> AtRiskPage:
    """Return what is at risk among the renewals a person may see, under the chosen filters."""
    chosen = chosen_of(choice)
    sums = at_risk_sums(asker, chosen)
    sees, currency = _sees_every_amount(asker, chosen), asker.workspace.currency
    tables = RiskTables(sums.cells, chosen, currency=currency, has_amounts=sees)
    whole = added(sums.cells)
    sight, a_page = price_sight(asker.member), asker.rows(ROWS_A_PAGE)
    part = _Part(tuple(chosen.items()), choice.get("after", ""), a_page + 1)
    rows = _lines(asker.reach, part, sees=sees, is_total=sight.is_total).read()
    mark = _mark(rows[a_page - 1], sees=sees) if len(rows) > a_page else ""
    kept = kept_views(asker.membership.user_id, PAGE)
    columns = kept.columns(choice)
    table = risk_table(rows[:a_page], asker, sight, _totals(whole, currency, sees=sees))
    high = sum(cell.number for cell in sums.cells if cell.band == "high")
    return AtRiskPage(
        title=finding(whole, high, currency=currency, has_amounts=sees),
        unit=unit_words(today=asker.today, currency=currency, seconds=round((asker.now - sums.as_of).total_seconds())),
        notes=_notes(sums.cells, chosen, currency=currency, sees=sees),
        bar=_bar(chosen, whole.number, asker, column_choices(table, columns), kept),
        chart=draw(tables.picture()) if sums.cells else "",
        chart_title="ARR at risk by due quarter" if sees else "Open renewals by due quarter",
        chart_query=address("", chosen),
        quarters=tables.by_quarter(),
        splits=(tables.by_band(), tables.by_reason(), tables.by_segment(), tables.by_action()),
        table=with_columns(table, columns),
        pager=_pager(len(rows[:a_page]), whole.number, chosen, mark=mark, is_first=not choice.get("after")),
        is_empty=whole.number == 0 and not any(name in FILTERS for name in chosen),
        may_export=can(asker.member, "exports.view"),
    )


def at_risk_chart(asker: Asker, choice: Mapping[str, str]) -> AtRiskChart:
    """Return the picture of the page and its figures by quarter."""
    chosen = chosen_of(choice)
    cells, sees = at_risk_sums(asker, chosen).cells, _sees_every_amount(asker, chosen)
    tables = RiskTables(cells, chosen, currency=asker.workspace.currency, has_amounts=sees)
    return AtRiskChart(specification=tables.picture(), table=tables.by_quarter())


@lru_cache(maxsize=64)
def _lines(reach: Reach, part: _Part, *, sees: bool, is_total: bool) -> Written[QueueEntry]:
    wanted = filtered(visible_entries(reach), dict(part.chosen))
    lines = _after(_ordered(wanted, sees=sees), part.after, sees=sees)
    return Written(lambda: readable(lines, is_total=is_total)[: part.most])


def _sees_every_amount(asker: Asker, chosen: Mapping[str, str]) -> bool:
    """Answer whether the person may see each amount of these renewals, so that a sum gives nothing away."""
    if granted_scope(asker.member, "prices.view") >= granted_scope(asker.member, RIGHT):
        return True
    priced = visible_to(Renewal.objects.all(), asker.member, "prices.view")
    return not filtered(visible_entries(asker), chosen).exclude(renewal__in=priced).exists()


def _ordered(entries: QuerySet[QueueEntry], *, sees: bool) -> QuerySet[QueueEntry]:
    """The largest at risk first; by due date for who may not see amounts, because an order gives them away, too."""
    if not sees:
        return entries.order_by("due_on", "id")
    return entries.order_by(F("at_risk_amount").desc(nulls_last=True), "id")


def _after(entries: QuerySet[QueueEntry], after: str, *, sees: bool) -> QuerySet[QueueEntry]:
    mark, _, last_id = after.rpartition(SEPARATOR)
    try:
        pk = int(last_id)
        return entries.filter(_beyond_amount(mark, pk) if sees else _beyond_day(date.fromisoformat(mark), pk))
    except (ValueError, InvalidOperation):
        return entries


def _beyond_day(day: date, pk: int) -> Q:
    return Q(due_on__gt=day) | Q(due_on=day, id__gt=pk)


def _beyond_amount(mark: str, pk: int) -> Q:
    if mark == UNKNOWN:
        return Q(at_risk_amount=None, id__gt=pk)
    amount = Decimal(mark)
    if not amount.is_finite():
        raise ValueError(mark)
    return Q(at_risk_amount__lt=amount) | Q(at_risk_amount=amount, id__gt=pk) | Q(at_risk_amount=None)


def _mark(row: QueueEntry, *, sees: bool) -> str:
    """Return where the next page begins: after this row."""
    amount = UNKNOWN if row.at_risk_amount is None else str(row.at_risk_amount)
    return f"{amount if sees else row.due_on.isoformat()}{SEPARATOR}{row.id}"


def _pager(shown: int, number: int, chosen: Mapping[str, str], *, mark: str, is_first: bool) -> Pager:
    return Pager(
        shown=f"{shown:,} of {count_words(number, 'renewal')}",
        first_href="" if is_first else address(PATH, chosen),
        next_href=address(PATH, chosen, after=mark) if mark else "",
    )


def _totals(whole: RiskSums, currency: str, *, sees: bool) -> tuple[Cell, ...]:
    amount, risk = (
        Cell(money=money_cell(Money(each, currency).rounded(), is_hidden=not sees))
        for each in (whole.amount, whole.at_risk)
    )
    empty = Cell(text="")
    return (Cell(text=f"All {whole.number:,}"), empty, empty, amount, empty, risk, *[empty] * 4)


def _notes(cells: tuple[RiskCell, ...], chosen: Mapping[str, str], *, currency: str, sees: bool) -> tuple[Link, ...]:
    """Return what stands out: high risk without a playbook, swing, what is not scored, what has no rate."""
    here = {name: value for name, value in chosen.items() if name != "columns"}
    idle = added(cell for cell in cells if cell.band == "high" and not cell.has_playbook)
    unscored, whole = added(cell for cell in cells if not cell.band), added(cells)
    found = (
        (idle, "at high risk {have} no open playbook", {"risk": "high", "playbook": UNKNOWN}),
        (
            replace(whole, number=whole.swing_number, at_risk=whole.swing),
            "can still be saved (swing)",
            {"action": "swing"},
        ),
        (unscored, "not scored: the base rate of the segment stands in", {"risk": NOT_SCORED}),
    )
    notes = [
        Link(text=_note(sums, words, currency, sees=sees), href=address(PATH, here, **changes))
        for sums, words, changes in found
        if sums.number
    ]
    if whole.unpriced:
        notes.append(
            Link(text=f"{count_words(whole.unpriced, 'renewal')} in no sum: no exchange rate", href="/settings/rates/")
        )
    return tuple(notes)


def _note(sums: RiskSums, words: str, currency: str, *, sees: bool) -> str:
    worth = f", {short_money(Money(sums.at_risk, currency))} at risk" if sees and sums.at_risk else ""
    have = "has" if sums.number == 1 else "have"
    return f"{count_words(sums.number, 'renewal')} {words.format(have=have)}{worth}"


def _bar(
    chosen: Mapping[str, str], number: int, asker: Asker, columns: tuple[ColumnChoice, ...], kept: KeptViews
) -> FilterBar:
    query = address("", chosen).removeprefix("?")
    return FilterBar(
        filters=closed_filters(PATH, FILTERS, chosen, chosen_words(chosen)),
        count=count_words(number, "renewal"),
        clear_href=PATH if any(name in FILTERS for name in chosen) else "",
        views=kept.chips(query),
        save_href="/views/",
        query=query,
        columns=columns,
        missing_href=_missing_href(chosen) if can(asker.member, "queue.view") and "team" not in chosen else "",
    )


def _missing_href(chosen: Mapping[str, str]) -> str:
    """Return where it is answered why an account is not in the list: the queue has the same renewals."""
    shared = {name: chosen[name] for name in ("segment", "risk", "quarter", "owner") if name in chosen}
    if shared.get("risk") == NOT_SCORED:
        del shared["risk"]
    return address("/queue/missing/", {"view": urlencode(shared)})
