"""The clock of PostgreSQL's machine jumps by more than a minute, forth and back, under load."""

import time
from typing import Any

from tests.faults.drills import Drill, ask, deliveries
from tests.faults.world import TEN_ON_WEDNESDAY

JUMPS = (75, -90, 3600)
BETWEEN_SECONDS = 3.0
SHIFT = "SELECT extract(epoch FROM perennial_now() - now())::int"


def moved_clock(drill: Drill) -> dict[str, Any]:
    """A jump back makes what is due late by itself; whatever happens, nothing is lost, doubled or early."""
    drill.begin()
    drill.wait_for_deliveries(10)
    shift = int(ask(drill.run.stack, SHIFT))
    for jump in JUMPS:
        shift += jump
        ask(drill.run.stack, TEN_ON_WEDNESDAY.format(shift=shift))
        until = time.monotonic() + BETWEEN_SECONDS
        drill.wait(lambda until=until: time.monotonic() > until, f"{jump} seconds")
    drill.told["jumps_seconds"] = JUMPS
    drill.told["delivered_before_the_last"] = len(deliveries(drill.witness))
    return drill.finish()
