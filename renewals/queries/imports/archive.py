"""The zip of a workbook, inspected before it is parsed: size, count, names, entities, macros, links, dimension.

Everything is measured on the bytes themselves; what the directory of the archive claims is not believed.
"""

import html
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from renewals.core.imports.problems import BrokenFile, broken
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.sniff import other_form

SMALL = 1_000_000
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_FORMULA = re.compile(
    rb'<c [^>]*?r="([A-Z]+)(\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_HIDDEN_ROW = re.compile(rb'<row [^>]*?r="(\d+)"[^>]*hidden="(?:1|true)"')
_NESTED = (".zip", ".xlsx", ".xlsm", ".gz", ".7z", ".rar", ".jar")
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(slots=True)
class Inspection:
    """What was noticed: the part of each sheet by name, notes and formulas without a value by part."""

    parts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[list[str]]] = field(default_factory=dict)
    formulas: dict[str, dict[int, set[str]]] = field(default_factory=dict)


def inspect_archive(stream: BinaryIO, limits: Limits) -> Inspection:
    """Return what was noticed; raises E-FILE-05 to -10 for bombs, macros, passwords, damage and outside references."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_names(archive, limits)
            return _inspect(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, OSError) as error:
        raise broken("E-FILE-09", "The workbook is damaged or incomplete; re-save it.") from error


def _check_names(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise broken("E-FILE-08", "The workbook is protected. Remove the password.")
    if len(entries) > limits.entries:
        raise _bomb()
    if any(name.endswith("vbaProject.bin") for name in names) or "xl/workbook.xml" not in names:
        raise other_form()
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise _outside()
    if any("externalLinks/" in name or name.casefold().endswith(_NESTED) or "/embeddings/" in name for name in names):
        raise _outside()


def _inspect(archive: zipfile.ZipFile, limits: Limits) -> Inspection:
    found = Inspection()
    left = limits.unpacked_bytes
    for entry in archive.infolist():
        data = _unpacked(archive, entry, min(left, limits.unpacked_bytes), limits)
        left -= len(data)
        if entry.filename.endswith((".xml", ".rels")):
            _check_xml(data)
        if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
            _check_dimension(data, limits)
            found.notes[entry.filename] = _notes(data)
            found.formulas[entry.filename] = _bare_formulas(data)
    found.parts.update(_sheet_parts(archive, found))
    return found


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, limits: Limits) -> bytes:
    with archive.open(entry) as part:
        data = part.read(left + 1)
    if len(data) > left:
        raise _bomb()
    if len(data) > SMALL and len(data) > limits.ratio * max(1, entry.compress_size):
        raise _bomb()
    return data


def _check_xml(data: bytes) -> None:
    start = data[:4]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start:
        raise _outside()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _outside()


def _check_dimension(data: bytes, limits: Limits) -> None:
    declared = _DIMENSION.search(data[:4096])
    if not declared:
        return
    if int(declared[2]) > limits.rows + 1:
        raise broken("E-FILE-06", f"More than {limits.rows:,} rows.")
    if _column_number(declared[1].decode()) > limits.columns:
        raise broken("E-COL-04", f"More than {limits.columns} columns.")


def _notes(data: bytes) -> list[list[str]]:
    notes = []
    hidden = [int(found[1]) for found in _HIDDEN_ROW.finditer(data)]
    if hidden:
        place = f"Rows {hidden[0]}–{hidden[-1]} are" if len(hidden) > 1 else f"Row {hidden[0]} is"
        notes.append(["W-FILE-11", f"{place} hidden; they will be imported."])
    if re.search(rb'<col [^>]*hidden="(?:1|true)"', data):
        notes.append(["W-FILE-11", "Some columns are hidden; they will be read."])
    if b"<mergeCell " in data:
        notes.append(["W-FILE-11", "Some cells are merged; only the first cell of each group has a value."])
    if b"<autoFilter" in data:
        notes.append(["W-FILE-11", "A filter is set; rows it hides will be imported."])
    return notes


def _bare_formulas(data: bytes) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    if b"<f" not in data:
        return found
    for cell in _FORMULA.finditer(data):
        found.setdefault(int(cell[2]), set()).add(f"{cell[1].decode()}{cell[2].decode()}")
    return found


def _sheet_parts(archive: zipfile.ZipFile, found: Inspection) -> dict[str, str]:
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {tag.get("Id", ""): _part_name(tag.get("Target", "")) for tag in _tags(relations, "Relationship")}
    is_1904 = re.search(r'date1904="(?:1|true)"', book) is not None
    parts = {}
    for sheet in _tags(book, "sheet"):
        target = targets.get(sheet.get("r:id", ""), "")
        parts[sheet.get("name", "")] = target
        if is_1904:
            found.notes.setdefault(target, []).append(["W-FILE-12", "Dates count from 1904; they were converted."])
    return parts


def _tags(text: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of each element of this name; entities were refused before, so plain text is enough."""
    return [
        {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(attributes)}
        for tag, attributes in _TAG.findall(text)
        if tag == name
    ]


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _bomb() -> BrokenFile:
    return broken(
        "E-FILE-05", "The workbook unpacks to far more than its size; re-save it in your spreadsheet program."
    )


def _outside() -> BrokenFile:
    return broken("E-FILE-10", "The workbook contains external references; re-save values only.")
