"""Messages leave the outbox: checked again, marked, handed over, noted, against one statement that marks as many."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from django.db import connection

from benchmarks.book import Book, make_book
from benchmarks.harness import Ratio, Scale, cheaper
from benchmarks.tick import AHEAD, fill, open_hour, tick
from playbooks.actions.limits import EngineLimits
from playbooks.actions.send import Sender, send_messages
from playbooks.channels.console import ConsoleChannel
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now

LEAVING = {"small": 100, "full": 500}
LIMITS = EngineLimits(statement_timeout_ms=600_000)

BARE = """
UPDATE playbooks_message SET state = 'sent', sending_at = %(now)s, first_sending_at = %(now)s, sent_at = %(now)s,
    fence = fence + 1, attempts = 1, channel = 'bare' WHERE state = 'queued' AND next_at <= %(now)s
"""


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratio of dispatch."""
    now, minutes, leaving = open_hour(database_now()), count(1), LEAVING[scale]
    book = make_book("dispatch", renewals=leaving * 14, now=now, has_queue=False, shape=AHEAD)
    step = fill(book, now)
    yield cheaper(
        "dispatch",
        ours=lambda: send_all(book, step, now + timedelta(minutes=next(minutes)), leaving),
        peer=lambda: mark_all(book, step, now + timedelta(minutes=next(minutes)), leaving),
        at_most=60,
        note=f"{leaving} messages, each committed before and after it leaves, against one statement that marks them",
    )


def send_all(book: Book, step: str, at: datetime, leaving: int) -> float:
    """Write messages, then send them as the engine does; return the seconds of the sending."""
    tick(book, step, at, leaving)
    by = system_actor(book.workspace_id, "cadence")
    sender = Sender(worker="bench", channel=ConsoleChannel(), limits=LIMITS, by=by, clock=at)
    began, looked_at = time.perf_counter(), 0
    while sent := send_messages(sender).looked_at:
        looked_at += sent
    seconds = time.perf_counter() - began
    if looked_at != leaving:
        raise RuntimeError(f"{looked_at} of {leaving} messages were looked at: the measure would flatter.")
    return seconds


def mark_all(book: Book, step: str, at: datetime, leaving: int) -> float:
    """Write messages, then mark them as sent by one statement that asks nobody; return the seconds of it."""
    tick(book, step, at, leaving)
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(BARE, {"now": at})
        return time.perf_counter() - began
