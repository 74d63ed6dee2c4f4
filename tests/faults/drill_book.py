"""Which drill a profile means."""

from collections.abc import Callable
from typing import Any

from config.stack.embedded import EmbeddedStack
from tests.faults.drill_archive import point_in_time
from tests.faults.drill_clock import moved_clock
from tests.faults.drill_disk import full_disk
from tests.faults.drill_failover import asynchronous, synchronous
from tests.faults.drill_import import killed_import
from tests.faults.drill_restore import restore
from tests.faults.drills import Drill, prepared
from tests.faults.profiles import Profile

BOOK: dict[str, Callable[[Drill], dict[str, Any]]] = {
    "drill_restore": restore,
    "drill_archive": point_in_time,
    "drill_failover_sync": synchronous,
    "drill_failover_async": asynchronous,
    "drill_full_disk": full_disk,
    "drill_clock": moved_clock,
    "drill_import": killed_import,
}


def run_drill(profile: Profile, *, seed: int, stack: EmbeddedStack) -> dict[str, Any]:
    """Run one drill and return its figures as a profile does; no process of it is left."""
    drill = prepared(profile, seed=seed, stack=stack)
    try:
        return BOOK[profile.name](drill)
    finally:
        drill.run.crew.dismiss()
