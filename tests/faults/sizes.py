"""How much memory the programs of a run take and how it grows, and how many dead rows the tables carry."""

import contextlib
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

EVERY_SECONDS = 5.0
WARM_SECONDS = 60.0
"""A program that has lived for less still loads what it needs."""
SHOWN_TABLES = 5
DEAD = """
SELECT relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables
WHERE n_dead_tup > 0 ORDER BY n_dead_tup DESC, relname
"""
DATABASE_SIZE = "SELECT pg_database_size(current_database())"
MEGABYTE = 1024 * 1024


@dataclass
class Life:
    """One process of a program: when it was first seen, and (seconds lived, bytes in memory) of each look."""

    began: float
    looks: list[tuple[float, int]] = field(default_factory=list)

    def growth_an_hour(self) -> float | None:
        """Return the bytes it grew by in an hour, once warm; None when it did not live for twice as long."""
        warm = [look for look in self.looks if look[0] >= WARM_SECONDS]
        if not warm or warm[-1][0] < 2 * WARM_SECONDS:
            return None
        (from_seconds, first), (until_seconds, last) = warm[0], warm[-1]
        return (last - first) / (until_seconds - from_seconds) * 3600


@dataclass
class Sizes:
    """What was seen of the programs, by name and process."""

    lives: dict[tuple[str, int], Life] = field(default_factory=dict)
    looked_at: float = 0.0

    def look(self, running: Mapping[str, int]) -> None:
        """Note what each program (process id of its group's leader by name) has in memory, every five seconds."""
        now = time.monotonic()
        if now - self.looked_at < EVERY_SECONDS:
            return
        self.looked_at = now
        groups = in_memory()
        for name, pid in running.items():
            if pid in groups:
                life = self.lives.setdefault((name, pid), Life(began=now))
                life.looks.append((now - life.began, groups[pid]))

    def told(self) -> dict[str, Any]:
        """Return per kind of program, in megabytes: usual and largest size, and the growth of warm processes an hour.

        Growth is None where none lived for two minutes.
        """
        kinds: dict[str, list[Life]] = defaultdict(list)
        for (name, _), life in self.lives.items():
            kinds[name.rstrip("0123456789")].append(life)
        return {kind: _told(lives) for kind, lives in sorted(kinds.items())}


def in_memory() -> dict[int, int]:
    """Return the bytes that the processes of each group have in memory, by the id of the group."""
    found: dict[int, int] = defaultdict(int)
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            group = int((path / "stat").read_text().rpartition(")")[2].split()[2])
            pages = int((path / "statm").read_text().split()[1])
            found[group] += pages * 4096
    return found


def dead_rows() -> dict[str, Any]:
    """Return how large the database is and which tables carry the most dead rows, as PostgreSQL counts them."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(DATABASE_SIZE)
            size = cursor.fetchone()[0]
            cursor.execute(DEAD)
            rows = cursor.fetchall()
    except (DatabaseError, InterfaceError):
        return {}
    return {
        "database_mb": _megabytes(size),
        "dead_rows": sum(row[2] for row in rows),
        "live_rows": sum(row[1] for row in rows),
        "most": {
            name: {"live": live, "dead": dead, "mb": _megabytes(taken)}
            for name, live, dead, taken in rows[:SHOWN_TABLES]
        },
    }


def _told(lives: list[Life]) -> dict[str, Any]:
    sizes = [size for life in lives for _, size in life.looks]
    grown = [each for life in lives if (each := life.growth_an_hour()) is not None]
    return {
        "processes": len(lives),
        "usual_mb": _megabytes(statistics.median(sizes)),
        "largest_mb": _megabytes(max(sizes)),
        "grows_mb_an_hour": _megabytes(statistics.median(grown)) if grown else None,
    }


def _megabytes(size: float) -> float:
    return round(size / MEGABYTE, 1)
