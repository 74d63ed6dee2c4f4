"""What parts of a run left in the folder KEPT: they add up, and a part that was measured already is not measured again.

A part holds for the bars it was asked for and for the code that it measured; other code makes it stale.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.acceptance.product import CHECKOUT

Row = Mapping[str, Any]
OF_THE_CODE = (
    "benchmarks/acceptance",
    "playbooks/core/world",
    "renewals/library",
    "signals/actions/learned",
    "signals/core",
    "signals/library",
    "signals/queries/learned",
)
"""What a figure depends on: the measuring, the world, the features, the learning, and the rules that are data."""
READ = (".py", ".toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one job left: rows of bars and figures, of which bars, by which code, at what size, in how many seconds."""

    name: str
    bars: Sequence[Row]
    figures: Mapping[str, Any]
    asked: tuple[int, ...]
    size: str
    code: str

    @property
    def seconds(self) -> float:
        """How long it took; 0 when nobody knows."""
        return float(self.figures.get("seconds", 0.0))

    def answers(self, asked: Sequence[int], size: str) -> bool:
        """Answer whether it has all that is asked for, at that size, measured by the code as it is."""
        return self.code == code_mark() and self.size == size and set(asked) <= set(self.asked)


def keep(folder: Path, part: Part) -> None:
    """Write what one job left. Bars it was not asked for stay as they were, where the same code measured them."""
    before = part_of(folder, part.name)
    if before is not None and (before.code, before.size) == (part.code, part.size):
        others = [row for row in before.bars if row["bar"] not in part.asked]
        asked = tuple(sorted({*before.asked, *part.asked}))
        figures = {**before.figures, **part.figures}
        part = Part(
            name=part.name, bars=[*others, *part.bars], figures=figures, asked=asked, size=part.size, code=part.code
        )
    folder.mkdir(parents=True, exist_ok=True)
    document = {name: getattr(part, name) for name in Part.__dataclass_fields__}
    made = folder / f"{_file_name(part.name)}.json"
    spare = made.with_suffix(".new")
    spare.write_text(json.dumps(document, indent=1, default=str), encoding="utf-8")
    spare.replace(made)


def part_of(folder: Path | None, name: str) -> Part | None:
    """Return what the job of that name left, None when nothing."""
    path = None if folder is None else folder / f"{_file_name(name)}.json"
    return None if path is None or not path.is_file() else _read(path)


def kept(folder: Path) -> list[Row]:
    """Return the rows that jobs left in the folder; those of other code say so."""
    parts = [_read(path) for path in sorted(folder.glob("*.json"))]
    return [_aged(row, part) for part in parts for row in part.bars]


@lru_cache(maxsize=1)
def code_mark() -> str:
    """Return a mark of the code and the rules that figures depend on."""
    read = hashlib.sha256()
    for folder in OF_THE_CODE:
        for path in sorted((CHECKOUT / folder).rglob("*")):
            if path.suffix in READ:
                read.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return read.hexdigest()[:12]


def _aged(row: Row, part: Part) -> Row:
    return row if part.code == code_mark() else {**row, "figure": f"{row['figure']} (by older code)"}


def _read(path: Path) -> Part:
    plain = json.loads(path.read_text("utf-8"))
    known = {"asked": (), "size": "", "code": ""} | {name: plain[name] for name in plain}
    return Part(**{**known, "asked": tuple(known["asked"])})


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
