"""Scores again: all accounts against one SQL aggregate and against reading the rows; one in a hundred against all.

A full run is shared by two workers, as the product shares it by default; the aggregate runs on several cores, too. Only
where one changed account in a hundred is compared with all, one worker does either.

And what grows with the number of stored signals: the time for twenty changed accounts, and the memory of a full run.
"""

import io
import multiprocessing
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import datetime, timedelta
from itertools import count

from django.db import connection, connections

from benchmarks.harness import ROUNDS, Ratio, Scale, cheaper, slope, within
from benchmarks.signal_world import SignalWorld, make_world
from signals.actions.intake import load_candidates
from signals.actions.scores import mark_all_changed, refresh_scores
from signals.actions.scores.refresh import CHUNK
from signals.core.intake import Candidate

ACCOUNTS = {"small": 2 * CHUNK, "full": 100_000}
WORKERS = 2
GROWTH = {"small": (1_000, 10_000), "full": (10_000, 100_000)}
TOUCHED = 20
KINDS = ("usage.events", "usage.active_users", "usage.logins", "support.message")
DAYS = (7, 14, 28, 56, 84, 120, 160, 200)


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratios of rescore_full and rescore_changed."""
    world = make_world("rescore", accounts=ACCOUNTS[scale], with_history=True)
    days = count(1)
    connections.close_all()  # a process that is forked opens its own
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(int).result()  # the first call forks them all
        yield from run_full(world, days, pool)
    yield cheaper(
        "rescore_changed",
        ours=lambda: rescore_some(world, next(days)),
        peer=lambda: rescore_all(world, next(days)),
        at_most=0.06,
        note="after signals for 1 % of the accounts, against all of them, by one worker",
    )
    yield from run_growth(scale)


def run_full(world: SignalWorld, days: Iterator[int], pool: Executor) -> Iterator[Ratio]:
    """Yield the ratios of a full run that the workers of `pool` share."""
    full = f"every account, with risk facts, reasons and history, by {WORKERS} workers"
    yield cheaper(
        "rescore_full",
        ours=lambda: rescore_all(world, next(days), pool),
        peer=lambda: aggregate(world),
        at_most=0.6,
        note=f"{full}, against one aggregate of 32 features",
    )
    yield cheaper(
        "rescore_stream",
        ours=lambda: rescore_all(world, next(days), pool),
        peer=lambda: stream(world),
        at_most=1.5,
        note=f"{full}, against reading all rows out",
    )


def run_growth(scale: Scale) -> Iterator[Ratio]:
    """Yield how time and memory follow ten times the accounts and signals."""
    worlds = [make_world("growth", accounts=accounts, with_history=True) for accounts in GROWTH[scale]]
    memory = []
    for world in worlds:
        rescore_all(world, 1)
        memory.append(float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
    grown = (memory[1] / memory[0] - 1.0) * 100.0
    note = "more memory of a full run over ten times the signals"
    yield within("rescore_memory", grown, at_most=10.0, unit="%", note=note)
    days = range(2, 2 + ROUNDS)
    times = [(world.accounts, min(rescore_some(world, day, TOUCHED) for day in days)) for world in worlds]
    note = f"log-log, {TOUCHED} changed accounts among ten times as many signals"
    yield within("rescore_changed_growth", slope(times), at_most=0.1, unit="slope", note=note)


def rescore_all(world: SignalWorld, day: int, pool: Executor | None = None) -> float:
    """Score every account as of a later day, so that every score is another one; return the seconds.

    The workers of `pool` share the accounts; without one this process does it alone.
    """
    now = world.now + timedelta(days=day)
    speak(world, now)
    began = time.perf_counter()
    with world.inside():
        mark_all_changed(workspace_id=world.workspace_id, by=world.by, now=now)
    if pool is None:
        drain(world, now)
    else:
        list(pool.map(drain, [world] * WORKERS, [now] * WORKERS))
    return time.perf_counter() - began


def rescore_some(world: SignalWorld, day: int, count: int = 0) -> float:
    """Send a signal of a later day for `count` accounts, or one in a hundred; return the seconds of scoring them."""
    now = world.now + timedelta(days=day, minutes=1)
    moment = world.now + timedelta(days=day)
    touched = count or world.accounts // 100
    speak(world, now)
    with world.inside():
        candidates = [
            Candidate(
                position=n,
                account=f"A-{1 + n * (world.accounts // touched)}",
                kind="usage.events",
                occurred_at=moment,
                value=3.0,
                external_id="",
            )
            for n in range(touched)
        ]
        load_candidates(
            workspace_id=world.workspace_id, source_key="bench", candidates=candidates, by=world.by, now=now
        )
    began = time.perf_counter()
    drain(world, now)
    return time.perf_counter() - began


def speak(world: SignalWorld, now: datetime) -> None:
    """Let the sources have spoken just now: scores of sources that fell silent would be other work, and unknown."""
    with world.inside(), connection.cursor() as cursor:
        cursor.execute("UPDATE signals_sourcefeed SET last_occurred_at = %s, last_received_at = %s", [now, now])


def drain(world: SignalWorld, now: datetime) -> None:
    """Score chunk by chunk until nothing is marked."""
    while True:
        with world.inside():
            if refresh_scores(workspace_id=world.workspace_id, by=world.by, now=now).claimed < CHUNK:
                return


def aggregate(world: SignalWorld) -> None:
    """Compute 32 sums per account in one statement and count the rows."""
    sums = ", ".join(
        f"sum(value) FILTER (WHERE kind = '{kind}' AND occurred_at > now() - interval '{days} days')"
        for kind in KINDS
        for days in DAYS
    )
    with world.inside(), connection.cursor() as cursor:
        cursor.execute(
            # The rows are counted whole: of columns that nobody asks for PostgreSQL computes none.
            f"SELECT count(features) FROM (SELECT account_id, {sums} FROM signals_signal"
            " WHERE workspace_id = %s GROUP BY account_id OFFSET 0) AS features",
            [world.workspace_id],
        )


def stream(world: SignalWorld) -> None:
    """Read the columns that scores need out of the database."""
    columns = "account_id, kind, occurred_at, value, subject"
    with world.inside(), connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT {columns} FROM signals_signal WHERE workspace_id = {int(world.workspace_id)}) TO STDOUT",
            io.BytesIO(),
        )
