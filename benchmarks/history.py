"""What a change costs with its history, each in a transaction of its own; then what sealing and verifying it costs."""

import time
from collections.abc import Iterator

from benchmarks.book import Book, make_book
from benchmarks.harness import Ratio, Scale, within
from renewals.actions.scope import in_workspace
from renewals.actions.seals import seal_history, verify_and_keep
from renewals.core.actors import system_actor
from renewals.models import Account
from renewals.queries.clock import database_now

CHANGES = {"small": 500, "full": 10_000}


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the milliseconds of a change: 2.5 are 400 rows of history a second in one workspace."""
    book = make_book("history", renewals=CHANGES[scale], now=database_now(), has_queue=False)
    yield within(
        "history",
        change_all(book) * 1000,
        at_most=2.5,
        unit="ms",
        note=f"{CHANGES[scale]} accounts changed one after the other, each committed with who, why and what it was",
    )
    rows, sealing, verifying = seal_all(book)
    yield within(
        "seal",
        sealing * 1000 / rows,
        at_most=0.1,
        unit="ms",
        note=f"a row of {rows:,} sealed; verified in {verifying * 1000 / rows:.3f} ms a row",
    )


def seal_all(book: Book) -> tuple[int, float, float]:
    """Seal and verify all that was added; return rows and the seconds of both. Raises RuntimeError if it is broken."""
    by, now = system_actor(book.workspace_id, "benchmarks"), database_now()
    began = time.perf_counter()
    rows = seal_history(by=by, now=now)
    sealed = time.perf_counter()
    verdict = verify_and_keep(by=by, now=now)
    if verdict.breaks or verdict.rows != rows:
        raise RuntimeError(f"{verdict.rows} of {rows} rows verified, broken: {verdict.breaks}.")
    return rows, sealed - began, time.perf_counter() - sealed


def change_all(book: Book) -> float:
    """Rename every account; return the mean seconds. Raises RuntimeError unless each change has its row of history."""
    by, events = system_actor(book.workspace_id, "benchmarks"), Account.pgh_event_model.objects
    with in_workspace(book.workspace_id, by=by):
        numbers, before = list(Account.objects.values_list("id", flat=True)), events.count()
    began = time.perf_counter()
    for number in numbers:
        with in_workspace(book.workspace_id, by=by, why="renamed"):
            Account.objects.filter(id=number).update(name=f"Renamed {number}")
    seconds = time.perf_counter() - began
    with in_workspace(book.workspace_id, by=by):
        kept = events.count() - before
    if kept != len(numbers):
        raise RuntimeError(f"{kept} rows of history for {len(numbers)} changes.")
    return seconds / len(numbers)
