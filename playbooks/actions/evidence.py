"""Evidence about the engine: how often a lease or a fence had to act, and the pulse of those who finish rounds."""

from collections.abc import Iterable

from django.db import connection

from playbooks.models import EngineCounter

ADD = """
INSERT INTO playbooks_enginecounter AS c (name, count) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET count = c.count + excluded.count
"""

# A pulse is a fact about processes, so it is told by the real clock even when the product's clock is moved.
BEAT = """
INSERT INTO playbooks_enginepulse AS p (name, finished_at, steps) VALUES (%s, clock_timestamp(), %s)
ON CONFLICT (name) DO UPDATE SET finished_at = excluded.finished_at, steps = p.steps + excluded.steps
"""

# Who has read another number than the one that stands has been overtaken, and changes nothing.
ADD_JUMP = """
INSERT INTO playbooks_enginecounter AS c (name, count) VALUES (%(name)s, 1)
ON CONFLICT (name) DO UPDATE SET count = c.count + 1 WHERE c.count = %(known)s
"""
JUMPS = "clock_jumps"


def jumps_known() -> int:
    """Return how many jumps of the clock were written down."""
    return EngineCounter.objects.filter(name=JUMPS).values_list("count", flat=True).first() or 0


def add_jump(*, known: int) -> bool:
    """Write a jump of the clock down where `known` were so far; False if there are more by now."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_JUMP, {"name": JUMPS, "known": known})
        return cursor.rowcount == 1


def count(names: Iterable[tuple[str, int]]) -> None:
    """Add to the named counters; zeros are not written."""
    with connection.cursor() as cursor:
        for name, number in sorted(names):
            if number:
                cursor.execute(ADD, [name, number])


def beat(worker: str, *, steps: int) -> None:
    """Note that `worker` has finished a round in which it ended `steps` steps."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [worker, steps])
