"""`make acceptance DATA=dir`: import every data set found there, train, and print each figure beside its bar, as JSON.

SCALE=small (the default) asks for few repetitions and a small known world, SCALE=full for those of the bars. BARS=1,4
takes these bars alone, SETS=word,word the data sets with one of these words in their names ("world" is the known one).
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
    run = importlib.import_module("benchmarks.acceptance.run")
    found = run.everything(folder, wanted=wanted, is_full=os.environ.get("SCALE") == "full")
    print(json.dumps(found, indent=1))
    return BROKEN if found["broken"] else MISSED if found["missed"] else ALL_MET


if __name__ == "__main__":
    sys.exit(main())
