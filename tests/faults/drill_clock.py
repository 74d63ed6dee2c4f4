"""The clock of PostgreSQL's machine jumps by more than a minute, forth and back, under load."""

import time
from typing import Any

from tests.faults.drills import Drill, deliveries, jump, paused

JUMPS = (75, -90, 3600)
BETWEEN_SECONDS = 3.0
PAUSES = "database's clock jumped by"


def moved_clock(drill: Drill) -> dict[str, Any]:
    """Each jump pauses sending until a person resumes; whatever happens, nothing is lost, doubled or early."""
    drill.begin()
    drill.wait_for_deliveries(10)
    for seconds in JUMPS:
        jump(drill, drill.run.stack, seconds)
        until = time.monotonic() + BETWEEN_SECONDS
        drill.wait(lambda until=until: time.monotonic() > until, f"{seconds} seconds")
    drill.told["jumps_seconds"] = JUMPS
    drill.told["delivered_before_the_last"] = len(deliveries(drill.witness))
    found = drill.finish()
    told = [line for log in drill.run.crew.log.glob("*.log") for line in log.read_text().splitlines() if PAUSES in line]
    drill.must("times_paused", be=len(JUMPS), found=len(told))
    drill.must("paused_again", be=0, found=paused())
    return found | {"drill": drill.told, "defects": found["defects"] | drill.wrong}
