"""What a file really is, by its first bytes and not by its name; everything but CSV, CSV.gz and XLSX is refused."""

import os
from typing import BinaryIO, Literal

from renewals.core.imports.problems import BrokenFile, broken
from renewals.queries.imports.limits import MEGABYTE, Limits

Form = Literal["csv", "gzip", "xlsx"]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"SQLite format", b"PAR1")
_WRONG_NAMES = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".pdf", ".zip", ".json", ".parquet")


def check_form(stream: BinaryIO, *, name: str, limits: Limits) -> Form:
    """Return the form of the file; raises E-FILE-01 empty, -04 too large, -07 another form, -08 protected."""
    size = os.fstat(stream.fileno()).st_size
    if size > limits.wire_bytes:
        shown, limit = f"{size / MEGABYTE:.1f} MB", f"{limits.wire_bytes // MEGABYTE} MB"
        raise broken("E-FILE-04", f"{shown}; the limit is {limit}. Split the file or use the API.")
    start = stream.read(4096)
    stream.seek(0)
    if not start.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise broken("E-FILE-01", "The file is empty.")
    form = _form(stream, start)
    if form is None or _is_misnamed(name.casefold(), form):
        raise other_form()
    return form


def other_form() -> BrokenFile:
    """Return the error for a file that is not one of ours."""
    return broken("E-FILE-07", "This is an old Excel / macro / PDF file. Save as .xlsx or .csv.")


def _form(stream: BinaryIO, start: bytes) -> Form | None:
    if start.startswith(_OLD_OFFICE):
        everything = stream.read(8 * MEGABYTE)
        stream.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in everything:
            raise broken("E-FILE-08", "The workbook is protected. Remove the password.")
        return None
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    return None if start.startswith(_OTHER) else "csv"


def _is_misnamed(name: str, form: Form) -> bool:
    if name.endswith(_WRONG_NAMES):
        return True
    if form == "xlsx":
        return "." in name and not name.endswith(".xlsx")
    return name.endswith(".xlsx")
