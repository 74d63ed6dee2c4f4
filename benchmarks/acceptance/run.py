"""All data sets of a folder, the known worlds, and the summary of the bars. What breaks stops nothing else.

Parts are measured two at a time (AT_ONCE says otherwise), each in a process of its own; what was kept is taken.
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
from benchmarks.acceptance.kept import Part, code_mark, keep, part_of
from benchmarks.acceptance.progress import Progress, roughly
from benchmarks.acceptance.sheet import Sheet, Wanted
from benchmarks.acceptance.stream import stream_set
from benchmarks.acceptance.turned import SIZE, turned_world
from benchmarks.acceptance.world import FULL, SILENT_SIZE, SMALL, known_world, silent_world

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
    accounts: int = 0

    @property
    def size(self) -> str:
        """At what size it is measured, in words."""
        return f"{self.accounts:,} accounts" if self.accounts else "full" if self.is_full else "small"

    @property
    def asked(self) -> tuple[int, ...]:
        """The bars that are wanted of it."""
        return tuple(sorted(self.wanted.bars & set(_bars_of(self))))

    @property
    def guess(self) -> float:
        """The seconds it may take, when nobody saw it yet."""
        files = 0 if self.found is None else sum(part.path.stat().st_size for part in self.found.parts)
        return roughly(accounts=self.accounts, size_bytes=files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one job left: figures and rows of bars."""

    name: str
    figures: dict[str, Any]
    bars: list[dict[str, Any]]

    @property
    def is_broken(self) -> bool:
        """Whether a figure could not be taken."""
        return any(row["target"] == MEASURED for row in self.bars)

    @property
    def met(self) -> str:
        """How many bars are met, in words."""
        return f"{sum(row['met'] for row in self.bars)} of {len(self.bars)}"


def everything(folder: Path, *, wanted: Wanted, is_full: bool, place: Path | None = None) -> dict[str, Any]:
    """Return the figures of each data set and of the known worlds, and every bar with whether it is met.

    `place` is the folder in which each job leaves what it measured, as soon as it is known; what an earlier run left
    there by the same code is taken as it is.
    """
    with tempfile.TemporaryDirectory(prefix="perennial-acceptance-") as name:
        common = {"spare": Path(name), "wanted": wanted, "is_full": is_full}
        left_out: list[str] = []
        jobs = [*_worlds(common), *_sets(folder, common, left_out)]
        done = [found for job in jobs if (found := _measured_before(job, place)) is not None]
        for each in done:
            _told(f"{each.name}: kept from an earlier run, {each.met} bars met")
        known = {each.name for each in done}
        done += _in_turn([job for job in jobs if job.name not in known], place, at_once=wanted.at_once)
    bars = [bar for each in done for bar in each.bars]
    return {
        "bars": bars,
        "met": sum(bar["met"] for bar in bars),
        "missed": [f"{bar['set']}, bar {bar['bar']}: {bar['figure']}" for bar in bars if not bar["met"]],
        "broken": [each.name for each in done if each.is_broken],
        "left_out": left_out,
        "figures": {each.name: each.figures for each in done},
    }


def _measured_before(job: Job, place: Path | None) -> Measured | None:
    """Return what an earlier run left of the job, None where it has to be measured (again)."""
    part = part_of(place, job.name)
    if part is None or not part.answers(job.asked, job.size):
        return None
    rows = [dict(row) for row in part.bars if row["bar"] in job.asked]
    found = Measured(name=job.name, figures=dict(part.figures), bars=rows)
    return None if found.is_broken else found


def _in_turn(jobs: list[Job], place: Path | None, *, at_once: int) -> Iterator[Measured]:
    """Yield what each job left and keep it, telling how far the run is."""
    before = {job.name: part_of(place, job.name) for job in jobs}
    expected = {job.name: (part.seconds if (part := before[job.name]) else 0.0) or job.guess for job in jobs}
    progress, by_name = Progress(expected=expected, at_once=at_once), {job.name: job for job in jobs}
    for each in _side_by_side(jobs, at_once):
        job = by_name[each.name]
        if place is not None:
            given = {"asked": job.asked, "size": job.size, "code": code_mark()}
            keep(place, Part(name=each.name, bars=each.bars, figures=each.figures, **given))
        _told(
            f"{each.name}: {each.figures['seconds']:.0f} s, {each.met} bars met; "
            + progress.ended(each.name, each.figures["seconds"])
        )
        yield each


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
        _told(json.dumps(row, default=str))
    return Measured(name=job.name, figures={**sheet.figures, "seconds": seconds}, bars=rows)


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
    usual = FULL if common["is_full"] else SMALL
    seeds = wanted.seeds or usual["seeds"]
    known = [(f"{KNOWN} {seed}", seed, wanted.accounts or usual["accounts"]) for seed in seeds]
    others = [(TURNED, 0, SIZE["accounts"]), (SILENT, seeds[0], wanted.accounts or SILENT_SIZE["accounts"])]
    for name, seed, accounts in [*known, *others]:
        job = Job(name=name, seed=seed, accounts=accounts, **common)
        if wanted.takes(*_bars_of(job)) and wanted.has(name):
            yield job


def _bars_of(job: Job) -> tuple[int, ...]:
    """The bars that a job can take."""
    if job.found is not None:
        return OF_DATA
    return OF_TURNED if job.name == TURNED else OF_SILENT if job.name == SILENT else OF_KNOWN


def _sets(folder: Path, common: dict[str, Any], left_out: list[str]) -> Iterator[Job]:
    """Yield the data sets of the folder that are wanted, the largest first; what cannot be used is told and listed."""
    wanted = common["wanted"]
    if not wanted.takes(*OF_DATA):
        return
    found = list(data_sets(folder, spare=common["spare"], has=wanted.has, leave_out=left_out.append))
    for line in left_out:
        _told(f"left out: {line}")
    if not found and not wanted.sets:
        _told(
            f"No data set was found in {folder}: CSV or XLSX files, or folders of them, each with a mapping that fits."
        )
    for each in sorted(found, key=lambda one: -sum(part.path.stat().st_size for part in one.parts)):
        yield Job(name=each.name, found=each, **common)


def _side_by_side(jobs: list[Job], at_once: int) -> Iterator[Measured]:
    """Yield what each job left, in the order in which they end."""
    if not jobs:
        return
    with ProcessPoolExecutor(
        max_workers=min(at_once, len(jobs)), mp_context=multiprocessing.get_context("spawn"), initializer=django.setup
    ) as pool:
        running = {pool.submit(measure, job): job for job in jobs}
        for done in as_completed(running):
            problem = done.exception()
            yield done.result() if problem is None else _lost(running[done], problem)


def _lost(job: Job, problem: BaseException) -> Measured:
    """Return what is left of a job that broke as a whole: one figure that could not be taken."""
    bar = broken(min(job.asked), "everything", problem)
    return Measured(name=job.name, figures={"seconds": 0.0}, bars=[{"set": job.name, **bar.row()}])


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
