"""Sheets as files, piece by piece: CSV lines, and an XLSX workbook of one sheet that is never whole in memory.

Words are written as words, so that nothing is a formula. Format: ECMA-376, parts 1 and 2; inline strings.
"""

import csv
import io
import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape

from dashboards.core.sheets import Value, without_formula

EPOCH = date(1899, 12, 30)
STAMP = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME, LONGEST_CELL = 31, 32_767
PLAIN, NUMBER, SHARE, DAY, HEAD = range(5)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PREFACE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{PREFACE}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/></Types>'
)
ROOT = (
    f'{PREFACE}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
PARTS = (
    f'{PREFACE}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>'
)
VIEW = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    "</sheetViews>"
)
"""The heads stay in sight while the rows are scrolled."""
STYLES = (
    f'{PREFACE}<styleSheet xmlns="{MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5">'
    '<xf numFmtId="0"/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with its mark, line by line, every cell quoted."""
    yield BOM_UTF8
    yield _line([without_formula(head) for head in heads])
    for row in rows:
        yield _line([value.text if value.number is not None else without_formula(value.text) for value in row])


def workbook_pieces(name: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield an XLSX workbook with one sheet called `name`; each piece may be sent before the next row is read."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in _frame(name):
            file.writestr(_entry(path), text)
        with file.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            for text in _sheet(heads, rows):
                sheet.write(text.encode())
                yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What a ZIP archive is written into: it cannot be wound back, and what was written is taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        written = bytes(piece)  # type: ignore[call-overload]  # zipfile hands over bytes or a view of them
        self.pieces.append(written)
        return len(written)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        whole = b"".join(self.pieces)
        self.pieces.clear()
        return whole


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue().encode()


def _entry(path: str) -> zipfile.ZipInfo:
    """The same rows make the same file: an archive bears no time of day."""
    entry = zipfile.ZipInfo(path, STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _frame(name: str) -> Iterator[tuple[str, str]]:
    yield "[Content_Types].xml", TYPES
    yield "_rels/.rels", ROOT
    sheet = f'<sheet name="{_words(_sheet_name(name))}" sheetId="1" r:id="rId1"/>'
    yield (
        "xl/workbook.xml",
        f'{PREFACE}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{sheet}</sheets></workbook>',
    )
    yield "xl/_rels/workbook.xml.rels", PARTS
    yield "xl/styles.xml", STYLES


def _sheet(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    yield f'{PREFACE}<worksheet xmlns="{MAIN}">{VIEW}<sheetData>'
    yield f"<row>{''.join(_text(head, HEAD) for head in heads)}</row>"
    for row in rows:
        yield f"<row>{''.join(_cell(value) for value in row)}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Value) -> str:
    if value.day is not None:
        return f'<c s="{DAY}"><v>{(value.day - EPOCH).days}</v></c>'
    if value.number is not None:
        return f'<c s="{SHARE if value.is_share else NUMBER}"><v>{value.number:f}</v></c>'
    return _text(value.text, PLAIN)


def _text(words: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{_words(words[:LONGEST_CELL])}</t></is></c>'


def _words(words: str) -> str:
    """Return words for XML 1.0, without the characters that it cannot hold."""
    kept = "".join(letter for letter in words if letter in "\t\n" or (letter >= " " and letter not in "\ufffe\uffff"))
    return escape(kept, {'"': "&quot;"})


def _sheet_name(name: str) -> str:
    """Return a name that a workbook takes: 31 characters, none of []:*?/\\ and no quote at its ends."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip(" '")
    return plain[:LONGEST_NAME].strip(" '") or "Sheet"
