"""XLSX: the archive is inspected before anything is parsed, then one sheet is read with calamine."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from renewals.core.imports.header import column_letter
from renewals.core.imports.problems import broken
from renewals.queries.imports.archive import Inspection, inspect_archive
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.tables import Found

_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"))


def sheet_rows(stream: BinaryIO, orders: dict[str, Any], limits: Limits) -> Iterator[Found]:
    """Yield the sheets when one must be chosen, else the header with its notes, then each row with its number."""
    inspection = inspect_archive(stream, limits)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        names = _filled(book)
        wanted = orders.get("sheet") or (names[0] if len(names) == 1 else "")
        if not names:
            raise broken("E-FILE-01", "The file is empty.")
        if wanted not in names:
            yield {"sheets": names}
            return
        yield from _rows(book, wanted, inspection, limits)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise broken("E-FILE-09", "The workbook is damaged or incomplete; re-save it.") from error


def _filled(book: CalamineWorkbook) -> list[str]:
    names = []
    for meta in book.sheets_metadata:
        sheet = (
            book.get_sheet_by_name(meta.name) if "Worksheet" in str(meta.typ) or "WorkSheet" in str(meta.typ) else None
        )
        if sheet is not None and sheet.total_height:
            names.append(meta.name)
    return names


def _rows(book: CalamineWorkbook, name: str, inspection: Inspection, limits: Limits) -> Iterator[Found]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > limits.rows + 1:
        raise broken("E-FILE-06", f"More than {limits.rows:,} rows.")
    if sheet.total_width > limits.columns:
        raise broken("E-COL-04", f"{sheet.total_width:,} columns; the limit is {limits.columns}.", row=1)
    part = inspection.parts.get(name, "")
    bare = inspection.formulas.get(part, {})
    width = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(value) for value in values]
        if not width:
            width = _width(cells)
            if not width:
                continue
            yield {"head": [cell.strip() for cell in cells[:width]], "notes": inspection.notes.get(part, [])}
        elif any(cells):
            yield number, _fitted(cells, width), _cell_problem(number, cells, bare)


def _width(cells: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(cells) if cell.strip()), default=0)


def _fitted(cells: list[str], width: int) -> list[str]:
    extra = any(cell.strip() for cell in cells[width:])
    return cells if extra else (cells[:width] + [""] * (width - len(cells)))


def _cell_problem(number: int, cells: list[str], bare: dict[int, set[str]]) -> tuple[str, str] | None:
    for address in sorted(bare.get(number, ())):
        return "E-CELL-01", f"{address} is a formula without a stored value."
    for i, cell in enumerate(cells):
        if cell.startswith("#") and cell in _ERRORS:
            return "E-CELL-02", f"{column_letter(i)}{number} holds a spreadsheet error ({cell})."
    return None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
