"""`make acceptance DATA=dir`: import every data set found there, train, and print each figure beside its bar, as JSON.

SCALE=small (the default) asks for few repetitions and a small known world, SCALE=full for those of the bars.
"""

import importlib
import json
import os
import sys
from pathlib import Path

import django


def main() -> int:
    """Return 0 when everything was measured, whether or not the bars are met; 2 without data."""
    folder = Path(os.environ.get("DATA", ""))
    if not os.environ.get("DATA") or not folder.is_dir():
        sys.stderr.write("Say where the data sets are: make acceptance DATA=directory\n")
        return 2
    django.setup()
    run = importlib.import_module("benchmarks.acceptance.run")
    print(json.dumps(run.everything(folder, is_full=os.environ.get("SCALE") == "full"), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
