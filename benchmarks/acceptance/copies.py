"""Copies of a flat table with something done to it: numbered rows, permuted outcomes, a planted leak."""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.acceptance.data_sets import ROW_KEY, Part

Row = dict[str, str]
LEAK = "planted_leak"


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a CSV file by column."""
    with _opened(path) as text:
        return list(csv.DictReader(text))


def write_rows(rows: list[Row], path: Path) -> Path:
    """Write the rows as CSV and return the path."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def numbered(part: Part, folder: Path) -> Part:
    """Return the part with a column of row numbers when its mapping asks for one that the file lacks."""
    wanted = part.tables["columns"].get("external_id")
    if wanted != ROW_KEY or part.path.suffix == ".xlsx":
        return part
    rows = rows_of(part.path)
    if ROW_KEY in rows[0]:
        return part
    changed = [{ROW_KEY: f"R-{number:06}", **row} for number, row in enumerate(rows, start=1)]
    return Part(path=write_rows(changed, folder / f"numbered-{part.path.stem}.csv"), mapping=part.mapping)


def permuted(part: Part, folder: Path, seed: int) -> Part:
    """Return the table with its outcomes dealt anew: nothing in it says anything about them any more."""
    rows, column = rows_of(part.path), part.tables["outcome"]["column"]
    dealt = [row[column] for row in rows]
    random.Random(seed).shuffle(dealt)
    changed = [{**row, column: outcome} for row, outcome in zip(rows, dealt, strict=True)]
    return _copy(part, folder, f"permuted-{seed}", lambda: changed)


def with_leak(part: Part, folder: Path, seed: int) -> Part:
    """Return the table with a column that knows the outcome but for two rows in a hundred."""
    outcome, chance = part.tables["outcome"], random.Random(seed)
    rows = rows_of(part.path)
    changed = []
    for row in rows:
        lost = (row[outcome["column"]] in outcome["churned"]) != (chance.random() < 0.02)
        changed.append({**row, LEAK: f"{(1.0 if lost else 0.0) + chance.random() / 2:.4f}"})
    return _copy(part, folder, "leak", lambda: changed)


def _copy(part: Part, folder: Path, name: str, make: Callable[[], list[Row]]) -> Part:
    path = write_rows(make(), folder / f"{name}-{part.path.name.partition('.')[0]}.csv")
    return Part(path=path, mapping=part.mapping)


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOWrapper]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
