"""A gathered page as a letter: plain text and simple HTML with its title, its unit and the first rows of its tables."""

from collections.abc import Sequence
from html import escape

from dashboards.core.parts import Cell, Table
from dashboards.core.sheets import cell_words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_TABLES, MOST_ROWS = 6, 25
CELL = "padding:4px 10px;border-bottom:1px solid #ddd;vertical-align:top;text-align:"
QUIET = "color:#555;margin:4px 0"
LETTER = "font-family:sans-serif;color:#1a1a1a"


def letter_text(
    title: str, unit: str, tables: Sequence[Table], *, href: str, stop_href: str, only: Sequence[str] = ()
) -> str:
    """Return the page as plain text: each row on a line, its cells after one another; `only` are its filters."""
    parts = [title, unit, _only(only), *(_text(table) for table in tables[:MOST_TABLES]), f"The page: {href}"]
    foot = f"You asked for this page by mail. Change or end that: {stop_href}"
    return "\n\n".join(part for part in (*parts, foot) if part) + "\n"


def letter_html(
    title: str, unit: str, tables: Sequence[Table], *, href: str, stop_href: str, only: Sequence[str] = ()
) -> str:
    """Return the page as HTML without script, picture or style sheet; every word is escaped."""
    quiet = "".join(f"<p style='{QUIET}'>{escape(words)}</p>" for words in (unit, _only(only)) if words)
    head = f"<h1 style='font-size:20px;margin:0 0 8px'>{escape(title)}</h1>{quiet}"
    link = f"<p><a href='{escape(href)}'>Open the page</a></p>"
    body = "".join(_html(table) for table in tables[:MOST_TABLES])
    foot = (
        f"<p style='{QUIET}'>You asked for this page by mail. <a href='{escape(stop_href)}'>Change or end that</a></p>"
    )
    return f"<!doctype html><html lang='en'><body style='{LETTER}'>{head}{link}{body}{link}{foot}</body></html>"


def _only(filters: Sequence[str]) -> str:
    return f"Only {', '.join(filters)}" if filters else ""


def _lines(table: Table) -> list[list[str]]:
    return [[_words(cell) for cell in row] for row in (*table.rows[:MOST_ROWS], table.totals) if row]


def _words(cell: Cell) -> str:
    """An amount and a day are said as on the page, not as a sheet counts them."""
    if cell.score is not None:
        return f"{cell.score.number} {cell.score.word}".strip()
    if cell.money is not None:
        return cell.money.text
    if cell.date is not None:
        return " · ".join(part for part in (cell.date.when, cell.date.day) if part)
    return cell_words(cell)


def _more(table: Table) -> str:
    left = len(table.rows) - MOST_ROWS
    return f"and {left:,} more rows on the page" if left > 0 else ""


def _text(table: Table) -> str:
    heads = [column.title for column in table.columns]
    lines = [f"- {_line(heads, row)}" for row in _lines(table)]
    return "\n".join([table.caption.upper(), *lines, *filter(None, [_more(table)])])


def _line(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return a row on one line: its name, then each cell that says something after its head."""
    named = (f"{head}: {word}" for head, word in zip(heads[1:], row[1:], strict=True) if word)
    return "; ".join([row[0], *named])


def _html(table: Table) -> str:
    """Amounts stand on the right, as on the page, and the totals are strong."""
    sides = ["right" if column.is_amount else "left" for column in table.columns]
    heads = "".join(
        f"<th style='{CELL}{side}'>{escape(column.title)}</th>"
        for column, side in zip(table.columns, sides, strict=True)
    )
    lines = _lines(table)
    rows = "".join(
        _row(words, sides, "font-weight:bold;" if table.totals and words is lines[-1] else "") for words in lines
    )
    more = f"<p style='{QUIET}'>{escape(_more(table))}</p>" if _more(table) else ""
    return (
        f"<h2 style='font-size:16px;margin:24px 0 8px'>{escape(table.caption)}</h2>"
        f"<table style='border-collapse:collapse;font-size:14px'><tr>{heads}</tr>{rows}</table>{more}"
    )


def _row(words: Sequence[str], sides: Sequence[str], weight: str) -> str:
    cells = zip(words, sides, strict=True)
    return "<tr>" + "".join(f"<td style='{weight}{CELL}{side}'>{escape(word)}</td>" for word, side in cells) + "</tr>"
