"""Sheets as files, piece by piece: CSV lines, and an XLSX workbook whose rows wait on the disk; it says where from.

Words are written as words, so that nothing is a formula.
"""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from tempfile import TemporaryFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboards.core.sheets import Value, without_formula

LONGEST_NAME, LONGEST_CELL, PIECE = 31, 32_767, 32_768
NUMBER, WHOLE, SHARE, TENTHS, DAY = "#,##0.00", "#,##0", "0%", "0.0%", "yyyy-mm-dd"
WHOLE_SHARE = -2
"""Of a share in hundredths: the exponent of its last digit."""
ABOUT = "About this sheet"
# The same rows make the same file: a workbook bears no time of day.
ALWAYS = {"created": datetime(1980, 1, 1)}  # noqa: DTZ001 - the format knows no zone
ROW_BY_ROW = {"constant_memory": True}


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with its mark, line by line, every cell quoted."""
    yield BOM_UTF8
    yield _line([without_formula(head) for head in heads])
    for row in rows:
        yield _line([value.text if value.number is not None else without_formula(value.text) for value in row])


def workbook_pieces(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[Value]], about: Sequence[tuple[str, str]] = ()
) -> Iterator[bytes]:
    """Yield an XLSX workbook in pieces: a sheet called `name`, and one that says what it is `about`, if anything does.

    No more than a row is ever in memory.
    """
    with TemporaryFile() as file:
        with Workbook(file, ROW_BY_ROW) as book:
            book.set_properties(ALWAYS)
            _fill(book, book.add_worksheet(_sheet_name(name)), heads, rows)
            if about:
                _tell(book, book.add_worksheet(ABOUT), about)
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def _fill(book: Workbook, sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write the heads, which stay in sight while the rows are scrolled, and the rows."""
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, _words(head), bold)
    formats = {code: book.add_format({"num_format": code}) for code in (NUMBER, WHOLE, SHARE, TENTHS, DAY)}
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, (number, column), value, formats)


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, formats: dict[str, Format]) -> None:
    if value.day is not None:
        sheet.write_datetime(*place, value.day, formats[DAY])
    elif value.number is not None:
        sheet.write_number(*place, value.number, formats[_number_format(value.number, is_share=value.is_share)])
    else:
        sheet.write_string(*place, _words(value.text))


def _number_format(number: Decimal, *, is_share: bool) -> str:
    """Return the format that shows a number as the page did: counts without cents, shares with the digits they have."""
    last = number.as_tuple().exponent
    if is_share:
        return SHARE if not isinstance(last, int) or last >= WHOLE_SHARE else TENTHS
    return WHOLE if isinstance(last, int) and last >= 0 else NUMBER


def _tell(book: Workbook, sheet: Worksheet, about: Sequence[tuple[str, str]]) -> None:
    bold = book.add_format({"bold": True})
    for row, (name, words) in enumerate(about):
        sheet.write_string(row, 0, _words(name), bold)
        sheet.write_string(row, 1, _words(words))


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue().encode()


def _words(words: str) -> str:
    """Return words as a cell takes them, without the characters that XML cannot hold."""
    kept = (letter for letter in words if letter in "\t\n" or (letter >= " " and letter not in "\ufffe\uffff"))
    return "".join(kept)[:LONGEST_CELL]


def _sheet_name(name: str) -> str:
    """Return a name that a workbook takes: 31 characters, none of []:*?/\\ and no quote at its ends."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip(" '")
    return plain[:LONGEST_NAME].strip(" '") or "Sheet"
