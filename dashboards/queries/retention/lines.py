"""The last step down: the contract lines of an account at both ends of a period, which add up to its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404

from dashboards.core.money import plain_amount
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.retention_words import KIND_WORDS, period_words, value_words
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, unit_words
from renewals.core.metrics import LineSpan, MovementFacts, Unit, spans_of
from renewals.core.metrics.movements import LinePart, parts_at
from renewals.core.metrics.spans import spans_by_account
from renewals.core.money import Money
from renewals.models import Account, Contract
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import contract_books
from renewals.queries.metrics.questions import movement_rows

CHUNK = 500
HEAD = (
    *("account", "account_name", "end", "day", "contract", "contract_name", "term", "version", "line", "item"),
    *("currency", "amount", "rate", "rate_on", "home_currency", "home_amount", "bridged"),
)
"""The columns of the file of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesPage:
    """An account's lines at the opening and at the closing, and what became of it."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    account_href: str
    opening: Table
    closing: Table
    sum_words: str
    is_equal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """The lines of one account at both ends."""

    opening: tuple[LinePart, ...]
    closing: tuple[LinePart, ...]


def lines_page(asker: Asker, account_id: int, choice: Mapping[str, str]) -> LinesPage:
    """Return the lines of an account; Http404 for one that does not count in the period or is not to be seen."""
    asked = asked_of(asker, choice)
    row = movement_rows(asked.question).filter(account_id=account_id).select_related("account").first()
    if row is None:
        raise Http404
    ends = _ends(asked, account_id, _spans([account_id]))
    names = _names([*ends.opening, *ends.closing])
    sums = [sum((part.amount or Decimal(0) for part in parts), Decimal(0)) for parts in (ends.opening, ends.closing)]
    is_equal = sums == [row.opening_amount, row.closing_amount]
    return LinesPage(
        title=f"{row.account.name}: {KIND_WORDS[row.kind][0].lower()} in {period_words(asked.period)}",
        unit=unit_words(asked, age_of(asker)),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text=row.account.name)),
        account_href=f"/accounts/{account_id}/",
        opening=_table(asked, "Opening", ends.opening, names),
        closing=_table(asked, "Closing", ends.closing, names),
        sum_words=_sum_words(asked, row, sums, is_equal=is_equal),
        is_equal=is_equal,
    )


def line_rows(asker: Asker, choice: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Return every contract line behind the figures asked for, a row per line and end, for a file."""
    asked = asked_of(asker, choice)
    yield HEAD
    ids = list(movement_rows(asked.question).order_by("account_id").values_list("account_id", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield from _chunk_rows(asked, ids[start : start + CHUNK])


def _chunk_rows(asked: Asked, account_ids: Sequence[int]) -> Iterator[Sequence[str]]:
    near = spans_by_account(_spans(account_ids))
    accounts = dict(Account.objects.filter(id__in=account_ids).values_list("id", "name"))
    contracts = {span.book.contract_id for spans in near.values() for span in spans}
    called = dict(Contract.objects.filter(id__in=contracts).values_list("id", "name"))
    for account_id in account_ids:
        ends = _ends(asked, account_id, near.get(account_id, []))
        named = [("opening", part) for part in ends.opening] + [("closing", part) for part in ends.closing]
        for end, part in named:
            yield (str(account_id), accounts[account_id], *_file_row(asked, end, part, called))


def _spans(account_ids: Sequence[int]) -> tuple[LineSpan, ...]:
    return spans_of(contract_books(account_ids), grace_days=metric_book().grace_days)


def _ends(asked: Asked, account_id: int, spans: Sequence[LineSpan]) -> _Ends:
    facts = MovementFacts(account_id=account_id, period=asked.period, spans=spans, product_id=asked.question.product_id)
    return _Ends(
        opening=parts_at(facts, is_opening=True, rates=asked.question.rates),
        closing=parts_at(facts, is_opening=False, rates=asked.question.rates),
    )


def _names(parts: Sequence[LinePart]) -> Mapping[int, str]:
    ids = {part.span.book.contract_id for part in parts}
    return dict(Contract.objects.filter(id__in=ids).values_list("id", "name"))


def _sum_words(asked: Asked, row: Any, sums: Sequence[Decimal], *, is_equal: bool) -> str:
    opening, closing = (value_words(each, Unit.MONEY, asked.currency) for each in sums)
    if row.unrated:
        return f"No rate leads from {', '.join(row.unrated)}: the account counts in no figure."
    if is_equal:
        return f"The lines add up to {opening} at the opening and {closing} at the closing: the account's row."
    kept = f"{value_words(row.opening_amount, Unit.MONEY, asked.currency)} and "
    kept += value_words(row.closing_amount, Unit.MONEY, asked.currency)
    return f"The lines add up to {opening} and {closing}, the row says {kept}: contracts changed a moment ago."


def _table(asked: Asked, name: str, parts: Sequence[LinePart], names: Mapping[int, str]) -> Table:
    total = sum((part.amount or Decimal(0) for part in parts), Decimal(0))
    day = asked.period.opening_on if name == "Opening" else asked.period.through_on
    blank = (Cell(),) * 5
    return Table(
        caption=f"{name} lines, at the end of {day.isoformat()}",
        columns=(
            Column(title="Contract"),
            Column(title="Term"),
            Column(title="Line"),
            Column(title="Counts"),
            Column(title="ARR", is_amount=True, term="arr"),
            Column(title="Rate", is_amount=True),
            Column(title=f"ARR, {asked.currency}", is_amount=True),
        ),
        rows=tuple(_row(asked, part, names) for part in parts),
        totals=(
            Cell(text=f"{name} ARR"),
            *blank,
            Cell(text=plain_amount(Money(total, asked.currency)), is_amount=True),
        ),
    )


def _row(asked: Asked, part: LinePart, names: Mapping[int, str]) -> tuple[Cell, ...]:
    span, book = part.span, part.span.book
    until = "" if span.until_on.year == 9999 else f" – {span.until_on.isoformat()}"
    home = "no rate" if part.amount is None else plain_amount(Money(part.amount, asked.currency))
    return (
        Cell(
            text=names.get(book.contract_id) or f"Contract {book.contract_id}", href=f"/contracts/{book.contract_id}/"
        ),
        Cell(text=f"{span.term.number}, version {span.term.version}"),
        Cell(text=span.line.item or span.line.external_id),
        Cell(text=f"{span.from_on.isoformat()}{until}", note="bridged" if part.is_bridged else ""),
        Cell(text=f"{plain_amount(Money(span.line.arr_amount, book.currency))} {book.currency}", is_amount=True),
        Cell(text=_rate(part), is_amount=True),
        Cell(text=home, is_amount=True),
    )


def _rate(part: LinePart) -> str:
    found = part.conversion
    if found is None or found.original.currency == found.money.currency:
        return "–" if found else "none"
    return f"{found.rate.normalize():f} of {found.rate_on.isoformat()}"


def _file_row(asked: Asked, end: str, part: LinePart, names: Mapping[int, str]) -> Sequence[str]:
    span, found = part.span, part.conversion
    day = asked.period.opening_on if end == "opening" else asked.period.through_on
    return (
        end,
        day.isoformat(),
        str(span.book.contract_id),
        names.get(span.book.contract_id, ""),
        str(span.term.number),
        str(span.term.version),
        span.line.external_id,
        span.line.item,
        span.book.currency,
        f"{span.line.arr_amount:.4f}",
        "" if found is None else f"{found.rate.normalize():f}",
        "" if found is None else found.rate_on.isoformat(),
        asked.currency,
        "" if part.amount is None else f"{part.amount:.2f}",
        "yes" if part.is_bridged else "no",
    )
