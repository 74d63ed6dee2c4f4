"""A table of a page as rows of a sheet: the same words, amounts and days as values that can be counted with.

Nothing in it can be read as a formula. Reads no rows and writes no file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.core.parts import Cell, Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[-−]?\d[\d,]*(\.\d+)?")
CURRENCY_AT_END = re.compile(r", [A-Z]{3}$")
PERCENT = "%"
HUNDRED = Decimal(100)
ISO_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One cell of a sheet: `text` as it is written, and what it counts as: a number, a share of one, or a day."""

    text: str
    number: Decimal | None = None
    is_share: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which columns of a sheet each column of the table takes: its value, then its currency, word or note apart."""

    heads: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


def without_formula(words: str) -> str:
    """Return words that a spreadsheet reads as text, whatever they begin with."""
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words


def sheet_plan(table: Table) -> Plan:
    """Return how the table becomes columns; its first rows say which columns hold amounts, scores or notes."""
    parts = tuple(
        _parts(column.title, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)
    )
    heads = tuple(
        column.title if not part else f"{column.title}, {part}"
        for column, names in zip(table.columns, parts, strict=True)
        for part in ("", *names)
    )
    return Plan(heads=heads, parts=parts)


def sheet_row(row: Sequence[Cell], plan: Plan) -> tuple[Value, ...]:
    """Return the values of one row of the table under the plan."""
    return tuple(
        value
        for cell, names in zip(row, plan.parts, strict=True)
        for value in (cell_value(cell, names), *_more(cell, names))
    )


def sheet_rows(table: Table, plan: Plan) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of the table; its totals are not among them, a sheet adds up by itself."""
    return (sheet_row(row, plan) for row in table.rows)


def cell_value(cell: Cell, parts: Sequence[str] = ()) -> Value:
    """Return what a cell says; a note that has no column of its own is added in brackets."""
    value = _value(cell)
    if cell.note and "note" not in parts:
        return Value(text=f"{value.text} ({cell.note})")
    return value


def cell_words(cell: Cell) -> str:
    """Return what a cell says as plain text."""
    return cell_value(cell).text


def _parts(title: str, cells: Sequence[Cell]) -> tuple[str, ...]:
    has_money = any(cell.score is None and cell.money is not None and cell.money.amount is not None for cell in cells)
    found = ["currency"] if has_money and not CURRENCY_AT_END.search(title) else []
    found += ["in words"] if any(cell.score is not None for cell in cells) else []
    return (*found, "note") if any(cell.note for cell in cells) else tuple(found)


def _more(cell: Cell, parts: Sequence[str]) -> Iterator[Value]:
    for part in parts:
        if part == "currency":
            yield Value(text=cell.money.currency if cell.money is not None else "")
        elif part == "in words":
            yield Value(text=cell.score.word if cell.score is not None else "")
        else:
            yield Value(text=cell.note)


def _value(cell: Cell) -> Value:
    if cell.score is not None:
        return _figure(cell.score.number)
    if cell.money is not None:
        amount = cell.money.amount
        return Value(text=cell.money.text) if amount is None else Value(text=f"{amount:f}", number=amount)
    if cell.date is not None:
        iso = cell.date.iso
        return Value(text=iso or cell.date.when, day=date.fromisoformat(iso[:ISO_DAY]) if len(iso) == ISO_DAY else None)
    return _figure(cell.text) if cell.is_amount else Value(text=cell.text)


def _figure(words: str) -> Value:
    """Read "1,204", "−3.5" and "62%" as the numbers they are; everything else stays words."""
    plain = words.removesuffix(PERCENT)
    if not NUMBER.fullmatch(plain):
        return Value(text=words)
    number = Decimal(plain.replace(",", "").replace("−", "-"))
    if plain != words:
        return Value(text=words, number=number / HUNDRED, is_share=True)
    return Value(text=f"{number:f}", number=number)
