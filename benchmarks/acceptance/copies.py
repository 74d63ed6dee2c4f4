"""Copies of a flat table with something done to it: numbered rows, permuted outcomes, a planted leak.

Files are read as the import reads them, whatever their form, encoding or separator; copies are plain CSV.
"""

import csv
import random
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.acceptance.data_sets import ROW_KEY, Part
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import read_mapping, write_mapping
from renewals.queries.imports.limits import COMMAND_LINE
from renewals.queries.imports.reader import FileReader
from signals.actions.imports import all_kinds

Row = list[str]
LEAK = "planted_leak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file cut into cells: rows as wide as the header, and those that are not."""

    header: tuple[str, ...]
    rows: list[Row]
    misfits: list[Row]

    def column(self, name: str) -> Row:
        """Return the cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def repeated(self) -> int:
        """Return how many rows repeat an earlier row in every cell."""
        return len(self.rows) - len({tuple(row) for row in self.rows})


def table_of(part: Part) -> Table:
    """Return the file of the part as the product reads it."""
    reading = _mapping(part).reading
    with (
        part.path.open("rb") as stream,
        FileReader(stream, name=part.path.name, limits=COMMAND_LINE, reading=reading) as reader,
    ):
        header = reader.head().header
        chunks = list(reader)
    rows = [list(row) for chunk in chunks for row in chunk.rows]
    return Table(header=header, rows=rows, misfits=[cells for chunk in chunks for _, cells in chunk.bad])


def numbered(part: Part, folder: Path) -> Part:
    """Return the part with a column of row numbers when its mapping asks for one that the file lacks."""
    if part.tables["columns"].get("external_id") != ROW_KEY:
        return part
    table = table_of(part)
    if ROW_KEY in table.header:
        return part
    rows = [[f"R-{number:06}", *row] for number, row in enumerate(table.rows, start=1)]
    return _copy(part, folder, "numbered", Table(header=(ROW_KEY, *table.header), rows=rows, misfits=table.misfits))


def permuted(part: Part, folder: Path, seed: int) -> Part:
    """Return the table with its outcomes dealt anew: nothing in it says anything about them any more."""
    table, column = table_of(part), part.tables["outcome"]["column"]
    dealt, place = table.column(column), table.header.index(column)
    random.Random(seed).shuffle(dealt)
    rows = [[*row[:place], outcome, *row[place + 1 :]] for row, outcome in zip(table.rows, dealt, strict=True)]
    return _copy(part, folder, f"permuted-{seed}", replace(table, rows=rows))


def with_leak(part: Part, folder: Path, seed: int) -> Part:
    """Return the table with a column that knows the outcome but for two rows in a hundred."""
    table, outcome, chance = table_of(part), part.tables["outcome"], random.Random(seed)
    rows = []
    for row, word in zip(table.rows, table.column(outcome["column"]), strict=True):
        lost = (word.strip() in outcome["churned"]) != (chance.random() < 0.02)
        rows.append([*row, f"{(1.0 if lost else 0.0) + chance.random() / 2:.4f}"])
    return _copy(part, folder, "leak", replace(table, header=(*table.header, LEAK), rows=rows))


def _copy(part: Part, folder: Path, name: str, table: Table) -> Part:
    """Return the part of a table written as plain CSV, with a mapping that says nothing of the first file's form."""
    stem = f"{name}-{part.path.name.partition('.')[0]}"
    path, mapping = folder / f"{stem}.csv", folder / f"{stem}.toml"
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([table.header, *table.rows, *table.misfits])
    ours = _mapping(part)
    plain = replace(ours, reading=replace(ours.reading, encoding="", separator="", sheet=""))
    mapping.write_text(write_mapping(plain), encoding="utf-8")
    return Part(path=path, mapping=mapping)


def _mapping(part: Part) -> ImportMapping:
    return read_mapping(part.mapping.read_text("utf-8"), kinds=all_kinds())
