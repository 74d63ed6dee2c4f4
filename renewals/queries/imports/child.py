"""The child process that reads one untrusted file under limits of memory and time, and prints it as lines of JSON.

It sees the file on standard input (seekable) and its orders as JSON in the first argument. Messages out:
{"sheets": […]}, {"head": […], "encoding": …, "separator": …, "notes": […]}, {"rows": […], "numbers": […]},
{"bad": [[row, code, text], …]}, {"broken": [code, text, row]}, {"end": rows}. It imports nothing of Django.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from renewals.core.imports.problems import BrokenFile, broken
from renewals.queries.imports import sniff, tables, workbook
from renewals.queries.imports.limits import Limits

CHUNK_ROWS = 2_000
CHUNK_CHARACTERS = 4_000_000


def main() -> None:
    """Read the file and print what is in it."""
    orders = json.loads(sys.argv[1])
    limits = Limits(**orders["limits"])
    _confine(limits)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass", buffering=1 << 20)
    with os.fdopen(0, "rb") as stream, out:
        for message in _messages(stream, orders, limits):
            out.write(json.dumps(message, ensure_ascii=True))
            out.write("\n")
            if "rows" not in message:
                out.flush()


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _messages(stream: BinaryIO, orders: dict[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
    try:
        form = sniff.check_form(stream, name=orders["name"], limits=limits)
        reading = workbook.sheet_rows if form == "xlsx" else tables.text_rows
        yield from _table(reading(stream, orders, limits), limits)
    except BrokenFile as error:
        yield {"broken": [error.problem.code, error.problem.text, error.problem.row]}
    except MemoryError:
        error = broken("E-FILE-05", "The file unpacks to more than can be held; split it or re-save it.")
        yield {"broken": [error.problem.code, error.problem.text, None]}


def _table(found: Iterator[tables.Found], limits: Limits) -> Iterator[dict[str, Any]]:
    width = rows_seen = 0
    rows: list[list[str]] = []
    numbers: list[int] = []
    bad: list[list[object]] = []
    size = 0
    for item in found:
        if isinstance(item, dict):
            width = len(item.get("head", ())) or width
            yield item
            continue
        number, cells, problem = item
        rows_seen += 1
        if rows_seen > limits.rows:
            raise broken("E-FILE-06", f"More than {limits.rows:,} rows.")
        problem = problem or _ragged(number, cells, width, limits)
        if problem:
            bad.append([number, *problem, cells])
        else:
            rows.append(cells)
            numbers.append(number)
            size += sum(map(len, cells))
        if len(rows) + len(bad) >= CHUNK_ROWS or size > CHUNK_CHARACTERS:
            yield {"rows": rows, "numbers": numbers, "bad": bad}
            rows, numbers, bad, size = [], [], [], 0
    if not rows_seen:
        raise broken("E-FILE-02", "The file has a header but no rows.")
    yield {"rows": rows, "numbers": numbers, "bad": bad}
    yield {"end": rows_seen}


def _ragged(number: int, cells: list[str], width: int, limits: Limits) -> tuple[str, str] | None:
    if len(cells) != width:
        return "E-ROW-01", f"Row {number} has {len(cells)} fields, expected {width}. An unquoted comma?"
    longest = max(map(len, cells), default=0)
    if longest > limits.cell_bytes:
        return "E-TXT-03", f"{limits.cell_bytes:,} characters at most in a cell ({longest:,} given)."
    return None


if __name__ == "__main__":
    main()
