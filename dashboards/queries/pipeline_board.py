"""The pipeline as a board: a column for each category, stage or quarter, its sums, and who is due first in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.filters import address
from dashboards.core.money import MoneyCell, count_words, money_cell, percent_words, short_money
from dashboards.core.parts import Cell, Chip, Column, FilterBar, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.beside_pipeline import pipeline_tabs
from dashboards.queries.exchange import Exchange
from dashboards.queries.pipeline import (
    CATEGORIES,
    FIELDS,
    FILTERS,
    PAGE,
    PATH,
    finding,
    listed,
    pipeline_bar,
    readable,
    sees_every_amount,
    unit_words,
    ways_of,
)
from dashboards.queries.pipeline_sums import Sums, column_sums, pipeline_sums, quarter_key, quarter_of
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.saved_views import kept_views
from playbooks.models import QueueEntry
from renewals.core.money import Money
from renewals.core.renewal_states import RenewalStage

CARDS = 8
"""Renewals that a column shows; what it adds up are all of it, and its last line leads to them."""
BY = {"category": "Category", "stage": "Stage", "quarter": "Quarter"}
STAGES = [stage.value for stage in RenewalStage if stage is not RenewalStage.CLOSED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A renewal on the board; `notes` are its category, stage or quarter, those that are not its column."""

    name: str
    href: str
    amount: MoneyCell
    due: DateCell
    likely: str
    notes: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """The renewals of a category, stage or quarter; `more` leads to the table of all of them, "" if all are shown."""

    key: str
    title: str
    number: str
    sums: str
    cards: tuple[Card, ...]
    more: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The finding, the columns, and their sums as a table."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    bar: FilterBar
    ways: tuple[Chip, ...]
    by: tuple[Chip, ...]
    columns: tuple[BoardColumn, ...]
    table: Table
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    asker: Asker
    chosen: Mapping[str, str]
    by: str
    sees: bool
    sight: PriceSight
    exchange: Exchange

    @property
    def currency(self) -> str:
        return self.asker.workspace.currency


def board_page(asker: Asker, choice: Mapping[str, str]) -> BoardPage:
    """Return the renewals a person may see under the chosen filters, in columns that add up to the pipeline."""
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)} | {"view": "board"}
    by = choice["by"] if choice.get("by") in BY else "category"
    wanted = listed(asker, chosen)
    whole = pipeline_sums(asker, wanted, chosen)
    sums = column_sums(wanted, chosen, by, is_kept=whole.is_kept)
    board = _Board(
        asker=asker,
        chosen=chosen,
        by=by,
        sees=sees_every_amount(wanted, asker),
        sight=price_sight(asker.member),
        exchange=Exchange(home=asker.workspace.currency, on=asker.today),
    )
    keys = _in_order(by, sums)
    cards = _cards(board, wanted, keys)
    number = sum(cell.whole.number for cell in whole.cells)
    return BoardPage(
        title=finding(whole.cells, board.currency, sees=board.sees),
        unit=unit_words(asker, whole.as_of),
        tabs=pipeline_tabs(""),
        bar=pipeline_bar(chosen, number, asker, (), kept_views(asker.membership.user_id, PAGE)),
        ways=ways_of(chosen),
        by=tuple(Chip(text=text, href=address(PATH, chosen, by=key), is_on=key == by) for key, text in BY.items()),
        columns=tuple(_column(board, key, sums[key], cards.get(key, ())) for key in keys),
        table=_table(board, keys, sums),
        is_empty=number == 0 and not any(name in FILTERS for name in chosen),
    )


def _in_order(by: str, sums: Mapping[str, Sums]) -> list[str]:
    """Return the columns in the order of the work; stages and categories without a renewal are left out."""
    order = {"category": CATEGORIES[::-1], "stage": STAGES}.get(by, sorted(sums))
    return [key for key in order if key in sums]


def _cards(board: _Board, wanted: QuerySet[QueueEntry], keys: Sequence[str]) -> Mapping[str, tuple[Card, ...]]:
    """Return the first cards of each column by due date, in two queries for any number of columns."""
    if not keys:
        return {}
    first, *others = (wanted.filter(_fits(board.by, key)).values("id")[:CARDS] for key in keys)
    ids = [row["id"] for row in first.union(*others, all=True)]
    found: dict[str, list[Card]] = {}
    for row in readable(wanted.filter(id__in=ids), is_total=board.sight.is_total):
        found.setdefault(_key_of(board.by, row), []).append(_card(board, row))
    return {key: tuple(cards) for key, cards in found.items()}


def _fits(by: str, key: str) -> Q:
    if by == "quarter":
        year, quarter = quarter_of(key) or (0, 0)
        return Q(due_on__year=year, due_on__quarter=quarter)
    return Q(**{{"category": "renewal__forecast_category", "stage": "renewal__stage"}[by]: key})


def _key_of(by: str, row: QueueEntry) -> str:
    if by == "quarter":
        return quarter_key(row.due_on)
    return row.renewal.forecast_category if by == "category" else row.renewal.stage


def _card(board: _Board, row: QueueEntry) -> Card:
    said = {"category": title(row.renewal.forecast_category), "stage": title(row.renewal.stage)}
    original, likely = Money(row.renewal_amount, row.currency), row.renew_probability
    return Card(
        name=row.account_name,
        href=f"/renewals/{row.renewal_id}/",
        amount=board.exchange.home_cell(row.reporting_amount, original, is_hidden=not board.sight.sees_entry(row)),
        due=date_cell(row.due_on, today=board.asker.today, is_deadline=True),
        likely="not known whether it renews" if likely is None else f"{percent_words(likely)} likely to renew",
        notes=" · ".join(words for name, words in said.items() if name != board.by),
        owner=str(row.owner),
    )


def _column(board: _Board, key: str, sums: Sums, cards: tuple[Card, ...]) -> BoardColumn:
    rest = {name: value for name, value in board.chosen.items() if name not in ("view", "by")}
    return BoardColumn(
        key=key,
        title=_title(board.by, key),
        number=f"{sums.number:,}",
        sums=" · ".join(_sum_words(board, sums)),
        cards=cards,
        more=f"{sums.number - len(cards):,} more" if sums.number > len(cards) else "",
        href=address(PATH, rest, **{board.by: key}),
    )


def _sum_words(board: _Board, sums: Sums) -> Iterator[str]:
    yield count_words(sums.number, "renewal")
    if board.sees:
        yield short_money(Money(sums.amount, board.currency))
        yield f"{short_money(Money(sums.at_risk, board.currency))} at risk"


def _title(by: str, key: str) -> str:
    return " ".join(reversed(key.split("-"))) if by == "quarter" else title(key)


def _table(board: _Board, keys: Sequence[str], sums: Mapping[str, Sums]) -> Table:
    every = [sums[key] for key in keys]
    total = Sums(
        number=sum(each.number for each in every),
        amount=sum((each.amount for each in every), Decimal(0)),
        at_risk=sum((each.at_risk for each in every), Decimal(0)),
    )
    return Table(
        caption=f"Renewals by {board.by}",
        columns=(
            Column(title=BY[board.by]),
            Column(title="Renewals", is_amount=True),
            Column(title=f"Due, {board.currency}", is_amount=True, term="renewals_due"),
            Column(title=f"At risk, {board.currency}", is_amount=True, term="arr_at_risk"),
        ),
        rows=tuple(_row(board, _title(board.by, key), sums[key]) for key in keys),
        totals=_row(board, "All", total) if keys else (),
    )


def _row(board: _Board, name: str, sums: Sums) -> tuple[Cell, ...]:
    amounts = (Money(each, board.currency).rounded() for each in (sums.amount, sums.at_risk))
    return (
        Cell(text=name),
        Cell(text=f"{sums.number:,}", is_amount=True),
        *(Cell(money=money_cell(each, is_hidden=not board.sees)) for each in amounts),
    )
