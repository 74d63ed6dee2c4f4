"""`make acceptance DATA=dir`: bring every data set in a folder in by the product's commands; print what became of it.

A file is imported with the shipped mapping whose columns it has; nothing depends on its name. One JSON document.
"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
MAPPINGS = CHECKOUT / "renewals" / "library" / "mappings"
FIRST = ("accounts", "contacts", "contracts", "contract_lines", "milestones", "touchpoints", "outcomes")
"""Kinds that others refer to come first; signals of all sorts come last."""


def main() -> int:
    """Import what is in DATA and return 1 when a command itself failed; refused rows are figures, not failures."""
    folder = Path(os.environ.get("DATA", ""))
    if not folder.is_dir():
        sys.stderr.write("Say where the data sets are: make acceptance DATA=directory\n")
        return 2
    found = {each.name: data_set(each) for each in sorted(folder.iterdir()) if each.is_dir()}
    print(json.dumps({name: figures for name, figures in found.items() if figures}, indent=1))
    return 0


def data_set(folder: Path) -> dict[str, Any]:
    """Return the figures of one folder, {} when no shipped mapping knows any of its files."""
    work = sorted(
        ((kind_rank(mapping), path, mapping) for path in data_files(folder) if (mapping := mapping_for(path))),
        key=lambda item: (item[0], item[1].name),
    )
    if not work:
        return {}
    slug = "".join(letter if letter.isalnum() else "-" for letter in folder.name.lower())
    manage("create_workspace", slug, "--name", folder.name, "--currency", "USD", "--timezone", "UTC")
    manage(
        "create_user", f"owner@{slug}.example", "--workspace", slug, "--role", "csm", "--password", "owns-what-comes-in"
    )
    imports = [imported(path, mapping, slug) for _, path, mapping in work]
    return {
        "imports": imports,
        "scores": manage("refresh_scores", "--workspace", slug),
        "invariants": manage("check_invariants", "--workspace", slug),
    }


def imported(path: Path, mapping: Path, slug: str) -> dict[str, Any]:
    """Return the report of one import, and of the same import again, which must change nothing."""
    kind = tomllib.loads(mapping.read_text())["kind"]
    arguments = ("import_data", kind, str(path), "--mapping", str(mapping), "--workspace", slug)
    first, again = manage(*arguments), manage(*arguments)
    return {"file": path.name, "mapping": mapping.stem, "kind": kind, "first": first, "again": again}


def data_files(folder: Path) -> Iterable[Path]:
    """Return the files that an import could read."""
    return sorted(path for path in folder.iterdir() if path.name.endswith((".csv", ".csv.gz", ".xlsx")))


def mapping_for(path: Path) -> Path | None:
    """Return the shipped mapping that names the most columns of the file, all of them there; None when none fits."""
    columns = header(path)
    fitting = [(len(named), mapping) for mapping in MAPPINGS.glob("*.toml") if (named := names(mapping)) <= columns]
    return max(fitting, default=(0, None), key=lambda item: (item[0], str(item[1])))[1]


def header(path: Path) -> frozenset[str]:
    """Return the columns of a CSV file; of other files nothing is known here."""
    if path.suffix == ".xlsx":
        return frozenset()
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        return frozenset(next(csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace")), ()))


def names(mapping: Path) -> frozenset[str]:
    """Return the columns a mapping names."""
    return frozenset(tomllib.loads(mapping.read_text())["columns"].values())


def kind_rank(mapping: Path) -> int:
    """Return when a kind's turn is."""
    kind = tomllib.loads(mapping.read_text())["kind"]
    return FIRST.index(kind) if kind in FIRST else len(FIRST)


def manage(*arguments: str) -> Any:
    """Run one management command and return the JSON it printed; its log goes to ours."""
    command = [sys.executable, "manage.py", *arguments, "--json"]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 2 or not done.stdout.strip():
        raise SystemExit(f"{' '.join(arguments)} ended with status {done.returncode}.")
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
