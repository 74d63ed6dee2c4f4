"""`make acceptance DATA=dir`: import every data set found there, train, and print each figure beside its bar.

JSON goes to the output, a table of all bars to the end of the log. SCALE=full asks for the repeats and worlds of the
bars; BARS=1,4 SETS=word SEEDS=7,8 ACCOUNTS=3000 AT_ONCE=1 narrow a run (`sheet.wanted_of`); KEPT=folder adds parts up.
"""

import importlib
import json
import os
import sys
from pathlib import Path

import django

ALL_MET, MISSED, WRONG_USAGE, BROKEN = 0, 1, 2, 3


def main() -> int:
    """Return 0 when every bar is met, 1 when one is missed, 2 for wrong usage, 3 when a figure could not be taken."""
    folder = Path(os.environ.get("DATA", ""))
    if not os.environ.get("DATA") or not folder.is_dir():
        sys.stderr.write("Say where the data sets are: make acceptance DATA=directory\n")
        return WRONG_USAGE
    # Two processes measure side by side: each has one core.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    django.setup()
    try:
        wanted = importlib.import_module("benchmarks.acceptance.sheet").wanted_of(os.environ)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return WRONG_USAGE
    run, told, left = (importlib.import_module(f"benchmarks.acceptance.{name}") for name in ("run", "table", "kept"))
    place = Path(os.environ["KEPT"]) if os.environ.get("KEPT") else None
    found = run.everything(folder, wanted=wanted, is_full=os.environ.get("SCALE") == "full", place=place)
    print(json.dumps(found, indent=1, default=str), flush=True)
    sys.stderr.write(f"\n{told.table(left.kept(place) if place else found['bars'])}\n")
    return BROKEN if found["broken"] else MISSED if found["missed"] else ALL_MET


if __name__ == "__main__":
    sys.exit(main())
