"""One metric: its contract, its other denominators, and every row the headline is the sum of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404

from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, FilterBar, Link, Pager, Tab, Table
from dashboards.core.retention_words import KIND_WORDS, base_words, figure_words, period_words, short_value, value_words
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, filter_bar, unit_words
from renewals.core.errors import InvalidInput
from renewals.core.metrics import Figure, MetricContract, Unit
from renewals.core.metrics.contracts import Way, unit_of
from renewals.core.roles import can
from renewals.queries.library import metric_book
from renewals.queries.metrics.figures import part_expressions
from renewals.queries.metrics.questions import movement_rows, renewals_of
from renewals.queries.metrics.slices import TOLD

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPage:
    """A metric with its rows; `sum_words` says that they are the headline."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    term: str
    name: str
    bar: FilterBar
    tabs: tuple[Tab, ...]
    contract: tuple[tuple[str, str], ...]
    table: Table
    pager: Pager
    sum_words: str
    csv_href: str
    lines_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A metric reckoned one way for what is asked."""

    asked: Asked
    contract: MetricContract
    way: Way
    figure: Figure


def opened_metric(asker: Asker, key: str, choice: Mapping[str, str]) -> Opened:
    """Return a metric for what the address asks; Http404 for one that does not exist or cannot be answered so."""
    asked = asked_of(asker, choice)
    try:
        contract = metric_book().metric(key)
        way = contract.way(choice.get("way", ""))
    except InvalidInput:
        raise Http404 from None
    if not way.rows.is_of_accounts and not asked.question.is_of_renewals:
        raise Http404
    return Opened(asked=asked, contract=contract, way=way, figure=asked.sums().figure(contract, way.key))


def metric_page(asker: Asker, key: str, choice: Mapping[str, str]) -> MetricPage:
    """Return a metric with a page of its rows, the largest first."""
    opened = opened_metric(asker, key, choice)
    asked, way = opened.asked, opened.way
    rows = list(_after(_ranked(opened), choice.get("after", ""))[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    place = f"{key}/"
    kept = {"way": way.key}
    more = f"{shown[-1].rank}~{shown[-1].id}" if len(rows) > ROWS_A_PAGE else ""
    return MetricPage(
        title=_title(opened),
        unit=unit_words(asked, age_of(asker)),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text=opened.contract.name)),
        term=opened.contract.term,
        name=opened.contract.name,
        bar=filter_bar(asked, count_words(opened.figure.number, "row")),
        tabs=tuple(
            Tab(text=each.name, href=asked.href(place, way=each.key), is_current=each.key == way.key)
            for each in opened.contract.ways
        ),
        contract=contract_words(opened),
        table=_table(opened, shown),
        pager=Pager(
            shown=f"{len(shown)} of {count_words(opened.figure.number, 'row')}",
            first_href=asked.href(place, **kept) if choice.get("after") else "",
            next_href=asked.href(place, **kept, after=more) if more else "",
        ),
        sum_words=sum_words(opened),
        csv_href=asked.href(f"{key}/rows.csv", **kept) if can(asker.member, "exports.view") else "",
        lines_href=_lines_href(opened) if can(asker.member, "exports.view") else "",
    )


def contract_words(opened: Opened) -> tuple[tuple[str, str], ...]:
    """Return what the metric promises, name by name."""
    contract, way = opened.contract, opened.way
    said = (
        ("Name", f"{contract.name}: {contract.spelled_out}" if contract.spelled_out else contract.name),
        ("Formula", way.formula),
        ("Denominator", way.of if way.denominator else f"none: {'a middle value' if way.is_middle else 'a sum'}"),
        ("Rows in", way.rows_in),
        ("Rows out", way.rows_out),
        ("Late renewals", way.grace),
        ("Currencies", contract.rates),
        ("Version", f"{contract.version} of the contract, reckoned {way.name}"),
    )
    return tuple(each for each in said if each[1])


def sum_words(opened: Opened) -> str:
    """Return how the headline comes from the rows."""
    figure, way, currency = opened.figure, opened.way, opened.asked.currency
    if figure.state == "counting":
        return "The accounts are being counted for the first time: no row is told before all are in."
    if figure.value is None:
        return "There is no row: nothing is known, which is not the same as zero."
    if way.is_middle and figure.quartiles:
        low, high = (value_words(each, Unit.DAYS, currency) for each in figure.quartiles)
        return f"The middle one of {count_words(figure.number, 'row')}; half of them lie between {low} and {high}."
    unit = unit_of(way.numerator)
    total = value_words(figure.numerator, unit, currency)
    if figure.denominator is None:
        return f"The rows add up to {total}: the headline."
    of = value_words(figure.denominator, unit_of(way.denominator), currency)
    return f"The rows add up to {total} of {of}: {figure_words(figure, way, currency)}, the headline."


def metric_rows(asker: Asker, key: str, choice: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Return every row of the figure for a file, after the head: who, and what it brings to each side there is."""
    opened = opened_metric(asker, key, choice)
    denominator = [opened.way.denominator] if opened.way.denominator else []
    yield ("account", "account_name", "row", "what", opened.way.numerator, *denominator, "currency")
    for row in _ranked(opened).iterator(chunk_size=2000):
        what = KIND_WORDS[row.kind][0] if opened.way.rows.is_of_accounts else f"due {row.due_on.isoformat()}"
        days = _part(row, opened.way.numerator, row.brings, "") if opened.way.is_middle else f"{row.brings:.2f}"
        of = [f"{row.of:.2f}" for _ in denominator]
        yield (str(row.account_id), row.account.name, str(row.id), what, days, *of, opened.asked.currency)


def _title(opened: Opened) -> str:
    asked, way, figure = opened.asked, opened.way, opened.figure
    name = opened.contract.name if way is opened.contract.headline else f"{opened.contract.name}, {way.name}"
    if figure.value is None:
        return f"{name}, {period_words(asked.period)}: {figure_words(figure, way, asked.currency).lower()}"
    value = short_value(figure.value, way.unit, asked.currency)
    return f"{name} {value}, {period_words(asked.period)}, {base_words(figure, way, asked.currency)}"


def _ranked(opened: Opened) -> QuerySet[Any, Any]:
    """Return the rows with what each brings, those that weigh most against the figure first."""
    way, question = opened.way, opened.asked.question
    rows: QuerySet[Any, Any]
    if way.rows.is_of_accounts:
        rows = movement_rows(question, way.rows).exclude(kind="unknown")
    else:
        rows = renewals_of(question, way.rows).filter(target_home__isnull=False)
    rows = rows.select_related("account")
    if way.is_middle:
        return (
            rows.filter(TOLD[way.numerator], is_won=True)
            .annotate(brings=F("id"), of=F("id"), rank=F("id"))
            .order_by("rank", "id")
        )
    parts = part_expressions(way.rows)
    rows = rows.annotate(brings=parts[way.numerator])
    if not way.denominator:
        return rows.exclude(brings=0).annotate(of=F("brings"), rank=-F("brings")).order_by("rank", "id")
    rows = rows.annotate(of=parts[way.denominator]).exclude(brings=0, of=0)
    return rows.annotate(rank=F("brings") - F("of")).order_by("rank", "id")


def _after(rows: QuerySet[Any, Any], place: str) -> QuerySet[Any, Any]:
    rank, _, key = place.partition("~")
    if not key.isdecimal():
        return rows
    try:
        after = Decimal(rank)
    except InvalidOperation:
        return rows
    return rows.filter(Q(rank__gt=after) | Q(rank=after, id__gt=int(key)))


def _lines_href(opened: Opened) -> str:
    return opened.asked.href("lines.csv") if opened.way.rows.is_of_accounts else ""


def _table(opened: Opened, rows: list[Any]) -> Table:
    is_of_accounts = opened.way.rows.is_of_accounts
    columns = (
        Column(title="Account"),
        *(_account_columns(opened) if is_of_accounts else _renewal_columns()),
        Column(title="Brings", is_amount=True),
        *((Column(title="Of", is_amount=True),) if opened.way.denominator else ()),
    )
    return Table(
        caption=f"Rows of {opened.contract.name}",
        columns=columns,
        rows=tuple(_row(opened, row) for row in rows),
        totals=_totals(opened, len(columns)),
    )


def _account_columns(opened: Opened) -> tuple[Column, ...]:
    currency = opened.asked.currency
    return (
        Column(title="What became of it"),
        Column(title=f"Opening, {currency}", is_amount=True),
        Column(title=f"Closing, {currency}", is_amount=True),
    )


def _renewal_columns() -> tuple[Column, ...]:
    return (Column(title="Renewal"), Column(title="Due"), Column(title="Closed"))


def _row(opened: Opened, row: Any) -> tuple[Cell, ...]:
    asked, way = opened.asked, opened.way
    name = Cell(text=row.account.name, href=asked.href(f"accounts/{row.account_id}/"))
    brought = [_part(row, way.numerator, row.brings, asked.currency)]
    if way.denominator:
        brought.append(value_words(row.of, unit_of(way.denominator), asked.currency))
    numbers = tuple(Cell(text=words, is_amount=True) for words in brought)
    if not way.rows.is_of_accounts:
        closed = row.closed_on.isoformat() if row.closed_on else "open"
        renewal = Cell(text=f"Renewal {row.id}", href=f"/renewals/{row.id}/")
        return (name, renewal, Cell(text=row.due_on.isoformat()), Cell(text=closed), *numbers)
    words, state = KIND_WORDS[row.kind]
    ends = (value_words(each, Unit.MONEY, asked.currency) for each in (row.opening_amount, row.closing_amount))
    return (name, Cell(text=words, state=state), *(Cell(text=each, is_amount=True) for each in ends), *numbers)


def _part(row: Any, part: str, brings: Any, currency: str) -> str:
    if part == "days_open":
        return f"{(row.closed_on - row.opened_on).days:,}"
    if part == "days_early":
        return f"{(row.due_on - row.closed_on).days:,}"
    return value_words(brings, unit_of(part), currency)


def _totals(opened: Opened, width: int) -> tuple[Cell, ...]:
    """Return the sums over all rows, the pages one does not see among them."""
    figure, way, currency = opened.figure, opened.way, opened.asked.currency
    if way.is_middle or figure.numerator is None:
        return ()
    sums = [value_words(figure.numerator, unit_of(way.numerator), currency)]
    if figure.denominator is not None:
        sums.append(value_words(figure.denominator, unit_of(way.denominator), currency))
    blank = (Cell(),) * (width - 1 - len(sums))
    return (Cell(text="All rows"), *blank, *(Cell(text=words, is_amount=True) for words in sums))
