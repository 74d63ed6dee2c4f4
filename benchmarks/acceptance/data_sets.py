"""Finds data sets in a folder: their files, and for each the mapping that brings it in. No name is known here.

A mapping beside the file (its name with .toml, or any .toml that names its columns) wins over the shipped ones; where
none fits, the product's own suggestion is taken. A file that has a known end per row is a flat table;
files of one folder of which none fits may belong together (`related`).
"""

import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.acceptance.product import CHECKOUT
from benchmarks.acceptance.related import related, written
from renewals.core.errors import NamedError
from renewals.core.imports.mapping_file import write_mapping
from renewals.queries.imports.limits import COMMAND_LINE
from renewals.queries.imports.opening import first_rows, suggested
from signals.actions.imports import all_kinds

SHIPPED = CHECKOUT / "renewals" / "library" / "mappings"
ENDINGS = (".csv", ".csv.gz", ".xlsx")
FIRST = ("accounts", "contacts", "contracts", "contract_lines", "milestones", "touchpoints", "outcomes")
"""Kinds that others refer to come first; signals of all sorts come last."""
ROW_KEY = "row_number"
MOST_NAMED = 8
MEND = "Mend the file, or the mapping beside it, and run again."
UNFITTED = (
    "no mapping names its columns, and none of them says how an account ended. "
    "Put a mapping beside it: its name with .toml, as those in renewals/library/mappings."
)


def ignore(_: str) -> None:
    """Take no notice of a file that is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a data set with the mapping that brings it in."""

    path: Path
    mapping: Path

    @property
    def tables(self) -> dict[str, Any]:
        """The mapping as it is written."""
        return tomllib.loads(self.mapping.read_text("utf-8"))

    @property
    def kind(self) -> str:
        """What its rows are."""
        return str(self.tables["kind"])

    @property
    def dataset(self) -> str:
        """The name that salts the folds; the name of the file when the mapping has none."""
        return str(self.tables.get("dataset") or self.path.name.partition(".")[0])

    @property
    def is_flat(self) -> bool:
        """Whether each row is an account with a known end."""
        return self.kind == "accounts" and "outcome" in self.tables


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """The files of one folder (or one file) that can be brought in, those that others refer to first."""

    name: str
    parts: tuple[Part, ...]

    @property
    def slug(self) -> str:
        """The name as a workspace takes it."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name.lower()).strip("-")[:40]


def data_sets(
    folder: Path, *, spare: Path, has: Callable[[str], bool] = bool, leave_out: Callable[[str], None] = ignore
) -> Iterable[DataSet]:
    """Yield the data sets of a folder: one per sub-folder, split where flat tables stand beside streams.

    `spare` is a folder for mappings that are suggested; `has` says of a name whether it is wanted at all; `leave_out`
    is told of each file that cannot be used, with the reason and what to do.
    """
    places = [each for each in sorted(folder.iterdir()) if each.is_dir()]
    for place in [folder, *places]:
        files = [path for path in data_files(place) if has(f"{place.name}-{path.name}")]
        said: dict[Path, str] = {}
        parts = [part for path in files for part in usable_parts(path, spare, said)]
        if not parts and place != folder:
            parts = [Part(path=each.path, mapping=written(each, place.name, spare)) for each in related(files)]
        for path in files:
            if path in said and path not in {part.path for part in parts}:
                leave_out(f"{path.parent.name}/{path.name}: {said[path]}")
        stream = sorted((p for p in parts if not p.is_flat), key=lambda p: (_rank(p), p.path.name))
        for flat in (part for part in parts if part.is_flat):
            alone = not stream and len(parts) == 1 and place != folder
            name = place.name if alone else f"{place.name}-{flat.path.name.partition('.')[0]}"
            yield DataSet(name=name, parts=(flat,))
        if stream:
            yield DataSet(name=place.name, parts=tuple(stream))


def usable_parts(path: Path, spare: Path, said: dict[Path, str]) -> list[Part]:
    """Return the file with its mapping; [] for one that nothing fits or that cannot be read, and say so of it."""
    try:
        found = [(part, part.kind, part.is_flat) for part in parts_of(path, spare)]
        if not found:
            said[path] = _unfitted(path)
    except (OSError, ValueError, KeyError, NamedError) as problem:
        said[path] = f"cannot be read ({_said(problem)}). {MEND}"
        return []
    return [part for part, _, _ in found]


def _said(problem: BaseException) -> str:
    """What went wrong in the product's own words, where it has any."""
    return f"it lacks {problem}" if isinstance(problem, KeyError) else str(problem)


def parts_of(path: Path, spare: Path) -> list[Part]:
    """Return the file with its mapping; twice, if it can also be read as a flat table; [] when nothing fits."""
    columns = header(path)
    beside = _beside(path, columns)
    if beside:
        return [Part(path=path, mapping=beside)]
    shipped = sorted(SHIPPED.glob("*.toml"))
    chosen = _fitting(shipped, columns) or _suggested(path, spare)
    if chosen is None:
        return []
    part = Part(path=path, mapping=chosen)
    flat = _fitting([each for each in shipped if Part(path=path, mapping=each).is_flat], columns)
    return [part] if part.is_flat or flat is None else [part, Part(path=path, mapping=flat)]


def data_files(folder: Path) -> list[Path]:
    """Return the files that an import could read."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(ENDINGS))


def header(path: Path) -> frozenset[str]:
    """Return the columns of a file as the product reads it; none where a workbook leaves its sheet open."""
    with path.open("rb") as stream:
        return frozenset(first_rows(stream, name=path.name, limits=COMMAND_LINE)[1].head.header)


def _beside(path: Path, columns: frozenset[str]) -> Path | None:
    own = path.with_name(path.name.partition(".")[0] + ".toml")
    return own if own.is_file() else _fitting(path.parent.glob("*.toml"), columns)


def _fitting(mappings: Iterable[Path], columns: frozenset[str]) -> Path | None:
    """Return the mapping that names the most columns of the file, all of them there; None when none fits."""
    fitting = [(len(named), str(each)) for each in mappings if (named := _names(each)) and named <= columns]
    return Path(max(fitting)[1]) if fitting else None


def _names(mapping: Path) -> frozenset[str]:
    """The columns that a mapping names; none for one that cannot be read: its own file says so, others go on."""
    try:
        tables = tomllib.loads(mapping.read_text("utf-8"))
    except ValueError:
        return frozenset()
    outcome = tables.get("outcome", {}).get("column")
    return frozenset([*tables.get("columns", {}).values(), *([outcome] if outcome else [])])


def _suggested(path: Path, spare: Path) -> Path | None:
    """Return what the product proposes for a table of accounts with a known end; None when it sees no end in it."""
    with path.open("rb") as stream:
        found = suggested(stream, name=path.name, limits=COMMAND_LINE, spec=all_kinds()["accounts"], ends_are_told=True)
    text = write_mapping(found.mapping)
    tables = tomllib.loads(text)
    if "outcome" not in tables:
        return None
    name = path.name.partition(".")[0]
    if "columns" not in tables:
        text = f"{text}\n[columns]\n"
    if "external_id" not in tables.get("columns", {}):
        text = text.replace("[columns]\n", f"[columns]\nexternal_id = {json.dumps(ROW_KEY)}\n", 1)
    made = spare / f"{path.parent.name}-{name}.toml"
    made.write_text(text.replace("\n", f"\ndataset = {json.dumps(name)}\n", 1), encoding="utf-8")
    return made


def _unfitted(path: Path) -> str:
    """Say that nothing fits, and which columns could say how an account ended."""
    with path.open("rb") as stream:
        sample = first_rows(stream, name=path.name, limits=COMMAND_LINE)[1]
    two = [name for i, name in enumerate(sample.head.header) if name and len({row[i] for row in sample.rows}) == 2]
    hint = f" Columns of two values, of which one may be the end: {', '.join(two[:MOST_NAMED])}." if two else ""
    return f"{UNFITTED}{hint}"


def _rank(part: Part) -> int:
    return FIRST.index(part.kind) if part.kind in FIRST else len(FIRST)
