"""CSV as it comes: encoding and separator found out, rows streamed, a cut or broken place named by its row."""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from renewals.core.imports.problems import broken
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.sniff import other_form

Found = dict[str, Any] | tuple[int, list[str], tuple[str, str] | None]

SAMPLE_BYTES = 262_144
ENCODINGS = ("utf-8", "utf-16", "windows-1252")
_SEPARATORS = (",", ";", "\t", "|")


def text_rows(stream: BinaryIO, orders: dict[str, Any], limits: Limits) -> Iterator[Found]:
    """Yield the header with how it was read, then each row with its number."""
    raw = _unpacked(stream)
    sample = _sample(raw, limits)
    encoding = orders.get("encoding") or detect_encoding(sample)
    separator = orders.get("separator") or detect_separator(sample.decode(encoding, "replace"))
    if _looks_binary(sample, encoding):
        raise other_form()
    raw.seek(0)
    lines = _Lines(raw, encoding, limits)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    csv.field_size_limit(limits.cell_bytes)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                yield _head(cells, encoding, separator, limits)
            elif cells:
                yield number, cells, None
    except csv.Error as error:
        raise _csv_error(error, number + 1) from error
    except UnicodeDecodeError as error:
        raise _encoding_error(error, number + 1, encoding) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise broken("E-FILE-09", f"The file ends in the middle of row {number + 1:,}.", row=number + 1) from error


def detect_encoding(sample: bytes) -> str:
    """Return UTF-16 or UTF-8 by mark or form, Windows-1252 only when the first rows already prove it is not UTF-8."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    every_second = sample[1:400:2]
    if every_second.count(0) > 0.6 * len(every_second):
        return "utf-16-le"
    return "utf-8-sig"


def detect_separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly; a comma when none does."""
    lines = [line for line in text.splitlines()[:20] if line.strip()][:-1] or text.splitlines()[:1]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        counts = Counter(_outside_quotes(line, separator) for line in lines)
        width, agreeing = max(counts.items(), key=lambda item: (item[0] > 0, item[1], item[0]))
        score = agreeing / len(lines) * (1 + min(width, 50) / 50) if width else 0.0
        if score > best_score:
            best, best_score = separator, score
    return best


def _outside_quotes(line: str, separator: str) -> int:
    return sum(piece.count(separator) for i, piece in enumerate(line.split('"')) if i % 2 == 0)


def _head(cells: list[str], encoding: str, separator: str, limits: Limits) -> dict[str, Any]:
    if len(cells) > limits.columns:
        raise broken("E-COL-04", f"{len(cells):,} columns; the limit is {limits.columns}.", row=1)
    return {"head": [cell.strip() for cell in cells], "encoding": encoding, "separator": separator, "notes": []}


def _unpacked(stream: BinaryIO) -> BinaryIO:
    start = stream.read(2)
    stream.seek(0)
    return cast("BinaryIO", gzip.open(stream)) if start == b"\x1f\x8b" else stream


def _sample(raw: BinaryIO, limits: Limits) -> bytes:
    try:
        sample = raw.read(min(SAMPLE_BYTES, limits.unpacked_bytes))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise broken("E-FILE-09", "The file ends in the middle of row 1.", row=1) from error
    if not sample.strip():
        raise broken("E-FILE-01", "The file is empty.")
    return sample


def _looks_binary(sample: bytes, encoding: str) -> bool:
    if encoding.startswith("utf-16"):
        return False
    controls = sum(sample.count(bytes([byte])) for byte in (*range(1, 9), *range(14, 27)))
    return controls > len(sample) // 50 + 4


class _Lines:
    """Decoded lines of bounded length, and a bound on all of them together."""

    def __init__(self, raw: BinaryIO, encoding: str, limits: Limits) -> None:
        self.text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        self.longest = limits.columns * limits.cell_bytes
        self.left = limits.unpacked_bytes

    def __iter__(self) -> Iterator[str]:
        read, longest = self.text.readline, self.longest
        while line := read(longest):
            self.left -= len(line)
            if self.left < 0 or len(line) >= longest:
                raise broken("E-FILE-05", "The file unpacks to far more than its size, or has one endless line.")
            yield line


def _csv_error(error: csv.Error, row: int) -> Exception:
    text = str(error)
    if "unexpected end of data" in text:
        return broken("E-FILE-09", f"The file ends in the middle of row {row:,}.", row=row)
    if "field larger" in text:
        return broken("E-ROW-02", f"Row {row:,} has a field that does not end: an opening quote alone?", row=row)
    return broken("E-ROW-02", f"Row {row:,} cannot be split into fields ({text}). A quote inside a field?", row=row)


def _encoding_error(error: UnicodeDecodeError, row: int, encoding: str) -> Exception:
    byte = error.object[error.start]
    name = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8"}.get(encoding, encoding.upper())
    return broken("E-ENC-01", f"Row {row:,}: byte 0x{byte:02x} is not {name}. Choose Windows-1252?", row=row)
