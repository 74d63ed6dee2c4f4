"""The last thing that the acceptance prints: every bar beside its figure, its target, and whether it is met.

Parts that were measured one by one add up in it: see `kept`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.acceptance.sheet import ALL

Row = Mapping[str, Any]
HEADS = ("bar", "met", "figure", "target", "of", "what")
NOT_RUN = {"met": "-", "value": "-", "target": "-", "set": "-", "figure": "not run"}
WORDS = {True: "yes", False: "NO", "-": "-"}
DIGITS = 4


def table(rows: Iterable[Row]) -> str:
    """Return the rows as lines of a table, by bar; a bar that no row speaks of stands there as not run."""
    known = list(rows)
    missing = [{"bar": bar, **NOT_RUN} for bar in ALL - {row["bar"] for row in known}]
    cells = [_cells(row) for row in sorted([*known, *missing], key=lambda row: (row["bar"], row["set"]))]
    widths = [max(len(line[at]) for line in [HEADS, *cells]) for at in range(len(HEADS) - 1)]
    lines = [_line(cell, widths) for cell in [HEADS, tuple("-" * width for width in [*widths, 4]), *cells]]
    met = sum(row["met"] is True for row in known)
    return "\n".join([*lines, f"{met} of {len(known)} figures meet their bar; not run: {_not_run(missing)}."])


def _cells(row: Row) -> tuple[str, ...]:
    value = row["value"]
    shown = f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)
    return str(row["bar"]), WORDS[row["met"]], shown, str(row["target"]), str(row["set"]), str(row["figure"])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)), cells[-1]])


def _not_run(missing: Sequence[Row]) -> str:
    return ", ".join(f"bar {row['bar']}" for row in missing) or "none"
