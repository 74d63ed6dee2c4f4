"""All data sets of a folder, the known worlds, and the summary of the bars. What breaks stops nothing else.

Data sets are measured two at a time, each in a process of its own.
"""

import json
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from benchmarks.acceptance.bars import MEASURED, broken
from benchmarks.acceptance.data_sets import DataSet, data_sets
from benchmarks.acceptance.flat import flat_set
from benchmarks.acceptance.sheet import Sheet, Wanted
from benchmarks.acceptance.stream import stream_set
from benchmarks.acceptance.table import keep
from benchmarks.acceptance.turned import turned_world
from benchmarks.acceptance.world import FULL, SMALL, known_world, silent_world

AT_ONCE = 2
KNOWN, SILENT, TURNED = "known world", "silent world", "turned world"
OF_DATA, OF_KNOWN, OF_SILENT, OF_TURNED = (1, 2, 3, 4, 5, 6, 8, 9, 10), (7, 10), (7,), (3,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to measure: a data set, or a world made from a seed (`found` is None)."""

    name: str
    spare: Path
    wanted: Wanted
    is_full: bool
    found: DataSet | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one job left: figures, rows of bars, and whether a figure could not be taken."""

    name: str
    figures: dict[str, Any]
    bars: list[dict[str, Any]]
    is_broken: bool


def everything(folder: Path, *, wanted: Wanted, is_full: bool, place: Path | None = None) -> dict[str, Any]:
    """Return the figures of each data set and of the known worlds, and every bar with whether it is met.

    `place` is the folder in which each job leaves what it measured, as soon as it is known.
    """
    with tempfile.TemporaryDirectory(prefix="perennial-acceptance-") as name:
        common = {"spare": Path(name), "wanted": wanted, "is_full": is_full}
        done = []
        for each in _side_by_side([*_worlds(common), *_sets(folder, common)]):
            done.append(each)
            if place is not None:
                keep(place, each.name, each.bars, each.figures)
    bars = [bar for each in done for bar in each.bars]
    return {
        "bars": bars,
        "met": sum(bar["met"] for bar in bars),
        "missed": [f"{bar['set']}, bar {bar['bar']}: {bar['figure']}" for bar in bars if not bar["met"]],
        "broken": [each.name for each in done if each.is_broken],
        "figures": {each.name: each.figures for each in done},
    }


def measure(job: Job) -> Measured:
    """Run one job and return what it left; the lines go to the log as soon as they are known."""
    began, sheet = time.monotonic(), Sheet(wanted=job.wanted)
    _told(f"{job.name} …")
    try:
        _fill(sheet, job)
    except (Exception, SystemExit) as problem:  # the other jobs are still measured; the break is a figure, too
        traceback.print_exc()
        sheet.bars.append(broken(min(job.wanted.bars), "everything", problem))
    seconds = round(time.monotonic() - began, 1)
    rows = [{"set": job.name, **bar.row()} for bar in sheet.bars]
    for row in rows:
        _told(json.dumps(row))
    _told(f"{job.name}: {seconds:.0f} s, {sum(row['met'] for row in rows)} of {len(rows)} bars met")
    is_broken = any(row["target"] == MEASURED for row in rows)
    return Measured(name=job.name, figures={**sheet.figures, "seconds": seconds}, bars=rows, is_broken=is_broken)


def _fill(sheet: Sheet, job: Job) -> None:
    if job.found is not None and job.found.parts[0].is_flat:
        flat_set(sheet, job.found, job.spare, is_full=job.is_full)
    elif job.found is not None:
        stream_set(sheet, job.found, job.spare)
    elif job.name == TURNED:
        turned_world(sheet, job.spare)
    elif job.name == SILENT:
        silent_world(sheet, seed=job.seed)
    else:
        known_world(sheet, job.spare, seed=job.seed, is_full=job.is_full)


def _worlds(common: dict[str, Any]) -> Iterator[Job]:
    """Yield the worlds that are wanted; they take longest, so they come first."""
    wanted = common["wanted"]
    seeds = wanted.seeds or (FULL if common["is_full"] else SMALL)["seeds"]
    found = [(f"{KNOWN} {seed}", seed, OF_KNOWN) for seed in seeds]
    for name, seed, numbers in [*found, (TURNED, 0, OF_TURNED), (SILENT, seeds[0], OF_SILENT)]:
        if wanted.takes(*numbers) and wanted.has(name):
            yield Job(name=name, seed=seed, **common)


def _sets(folder: Path, common: dict[str, Any]) -> Iterator[Job]:
    """Yield the data sets of the folder that are wanted, the largest first."""
    wanted = common["wanted"]
    if not wanted.takes(*OF_DATA):
        return
    sets = data_sets(folder, spare=common["spare"], has=wanted.has)
    for found in sorted(sets, key=lambda each: -sum(part.path.stat().st_size for part in each.parts)):
        yield Job(name=found.name, found=found, **common)


def _side_by_side(jobs: list[Job]) -> Iterator[Measured]:
    """Yield what each job left, in the order in which they end."""
    if not jobs:
        return
    with ProcessPoolExecutor(
        max_workers=min(AT_ONCE, len(jobs)), mp_context=multiprocessing.get_context("spawn"), initializer=django.setup
    ) as pool:
        for done in as_completed([pool.submit(measure, job) for job in jobs]):
            yield done.result()


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
