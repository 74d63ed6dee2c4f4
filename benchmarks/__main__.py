"""`make bench`: run every benchmark of this folder, print one line of JSON per ratio, write the table of the docs.

Usage: python -m benchmarks [NAME ...], SCALE=small or full. Without DATABASE_URL it starts throw-away services.
"""

import gc
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import django

import benchmarks
from benchmarks.harness import Ratio, Scale, table

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- ratios -->", "<!-- end of ratios -->"
SCALES = ("small", "full")


def main(names: list[str]) -> int:
    """Return 0 when every benchmark ran, whether or not its target was met; 1 if one broke, 2 for wrong usage."""
    scale = os.environ.get("SCALE") or "small"
    known = benchmark_names()
    if scale not in SCALES or set(names) - set(known):
        sys.stderr.write(f"SCALE is {' or '.join(SCALES)}; the benchmarks are: {', '.join(known)}\n")
        return 2
    if "DATABASE_URL" not in os.environ:
        command = [sys.executable, "-m", "config.stack.throwaway", "benchmarks", *names]
        return subprocess.call(command, cwd=ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    done, broken = run_all(names or known, cast("Scale", scale))
    write_table(done, scale, is_whole=not names)
    return 1 if broken else 0


def benchmark_names() -> list[str]:
    """Return the modules of this folder that have a `run(scale)`."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return [name for name in found if re.search(r"^def run\(", _source(name), re.MULTILINE)]


def run_all(names: list[str], scale: Scale) -> tuple[list[Ratio], list[str]]:
    """Run them one after the other; one that breaks is named on standard error and does not stop the others."""
    done: list[Ratio] = []
    broken: list[str] = []
    for name in names:
        try:
            for ratio in _ratios(name, scale):
                sys.stdout.write(ratio.line() + "\n")
                sys.stdout.flush()
                done.append(ratio)
        except Exception as problem:
            sys.excepthook(type(problem), problem, problem.__traceback__)
            broken.append(name)
    return done, broken


def write_table(ratios: list[Ratio], scale: str, *, is_whole: bool) -> None:
    """Put the table between its two marks in docs/performance.md; a run of some replaces their rows alone."""
    text = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
    if BEGIN not in text or END not in text:
        sys.stderr.write(f"{DOCUMENT.name} has no place for the table ({BEGIN} … {END}); it was not written.\n")
        return
    marked = re.compile(re.escape(BEGIN) + "(.*?)" + re.escape(END), re.DOTALL)
    found = marked.search(text)
    before = "" if is_whole or found is None else found.group(1)
    made = f"{BEGIN}\nMeasured with `SCALE={scale}`.\n\n{updated(before, ratios)}{END}"
    DOCUMENT.write_text(marked.sub(lambda _: made, text), "utf-8")


def updated(before: str, ratios: list[Ratio]) -> str:
    """Return the table with the rows of `ratios` in the places of theirs before, new ones at its end."""
    head, *fresh = table(ratios).splitlines()[1:]
    rows = {_name(line): line for line in before.splitlines() if line.startswith("| `")}
    rows |= {_name(line): line for line in fresh}
    return "\n".join((table(ratios).splitlines()[0], head, *rows.values())) + "\n"


def _name(line: str) -> str:
    return line.split("`")[1]


def _ratios(name: str, scale: Scale) -> Iterator[Ratio]:
    module = importlib.import_module(f"benchmarks.{name}")
    gc.freeze()  # as web processes and workers do once they are loaded
    yield from module.run(scale)


def _source(name: str) -> str:
    path = ROOT / "benchmarks" / f"{name}.py"
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
