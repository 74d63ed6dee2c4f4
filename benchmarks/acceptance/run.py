"""All data sets of a folder, the known world, and the summary of the bars. A data set that breaks stops no other."""

import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.acceptance.bars import Bar
from benchmarks.acceptance.data_sets import DataSet, data_sets
from benchmarks.acceptance.flat import flat_set
from benchmarks.acceptance.stream import stream_set
from benchmarks.acceptance.world import known_world

Found = tuple[dict[str, Any], list[Bar]]


def everything(folder: Path, *, is_full: bool) -> dict[str, Any]:
    """Return the figures of each data set and of the known world, and every bar with whether it is met."""
    figures: dict[str, Any] = {}
    bars: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="perennial-acceptance-") as spare:
        for each in data_sets(folder, spare=Path(spare)):
            _measure(each.name, lambda found=each: _one(found, Path(spare), is_full), figures, bars)
        _measure("known world", lambda: known_world(Path(spare), is_full=is_full), figures, bars)
    return {"bars": bars, "met": sum(bar["met"] for bar in bars), "missed": _missed(bars), "figures": figures}


def _one(found: DataSet, spare: Path, is_full: bool) -> Found:
    if found.parts[0].is_flat:
        return flat_set(found, spare, is_full=is_full)
    return stream_set(found, spare)


def _measure(name: str, work: Callable[[], Found], figures: dict[str, Any], bars: list[dict[str, Any]]) -> None:
    began = time.monotonic()
    sys.stderr.write(f"{name} …\n")
    try:
        told, judged = work()
    except (Exception, SystemExit) as problem:  # the other data sets are still measured; the break is a figure, too
        traceback.print_exc()
        told, judged = {"broken": f"{type(problem).__name__}: {problem}"}, []
    seconds = round(time.monotonic() - began, 1)
    figures[name] = {**told, "seconds": seconds}
    bars += [{"set": name, **bar.row()} for bar in judged]
    for bar in judged:
        sys.stderr.write(
            f"{name} | {bar.bar} | {bar.what} | {bar.value} | {bar.target} | {'yes' if bar.met else 'NO'}\n"
        )
    sys.stderr.write(f"{name}: {seconds:.0f} s, {sum(bar.met for bar in judged)} of {len(judged)} bars met\n")


def _missed(bars: list[dict[str, Any]]) -> list[str]:
    return [f"{bar['set']}, bar {bar['bar']}: {bar['what']}" for bar in bars if not bar["met"]]
