"""Many steps due in one second, shared out among processes that know nothing of each other: all done, none twice."""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.db import connections

from benchmarks.book import make_book, without_history
from benchmarks.harness import Ratio, Scale, within
from benchmarks.tick import AHEAD, check_written, drain, fill, make_due, open_hour
from playbooks.actions.limits import EngineLimits
from renewals.queries.clock import database_now

ENROLMENTS = {"small": 4_000, "full": 1_000_000}
DUE = {"small": 1_000, "full": 10_000}
EACH = {"small": 1, "full": 10}
"""Renewals of each account: a million accounts would take longer to write than all of the rest."""
PROCESSES = 4
LONGEST_SECONDS = 30
CHUNKS = EngineLimits(steps_per_claim=200, statement_timeout_ms=600_000)
"""Small enough that no process can take all."""


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the seconds until a herd is done."""
    yield within(
        "herd",
        herd(enrolments=ENROLMENTS[scale], due=DUE[scale], each=EACH[scale]),
        at_most=LONGEST_SECONDS,
        unit="s",
        note=f"{DUE[scale]} e-mail steps due in one second among {ENROLMENTS[scale]}, {PROCESSES} processes",
    )


def herd(*, enrolments: int, due: int, each: int = 1) -> float:
    """Let the steps fall due and the processes drain them; return the seconds. Raises if one was lost or done twice."""
    now = open_hour(database_now())
    with without_history():
        book = make_book("herd", renewals=enrolments, now=now, has_queue=False, shape=replace(AHEAD, each=each))
        step, at = fill(book, now), now + timedelta(minutes=1)
    make_due(book, step, at, due)
    connections.close_all()  # a process that is forked opens its own
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as pool:
        began = time.perf_counter()
        ended = list(pool.map(partial(drain, at=at, limits=CHUNKS), [book.workspace_id] * PROCESSES))
        seconds = time.perf_counter() - began
    check_written(book, at, done=sum(ended), due=due)
    return seconds
