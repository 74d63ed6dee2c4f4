"""The fault suite in the test run: the small profile by default; FAULTS=full,failpoints and so on for the others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.profiles import PROFILES, SOAK_MINUTES, chosen
from tests.faults.world import dump_schema

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "PERENNIAL_HOME")


@pytest.mark.timeout(1800 + 90 * SOAK_MINUTES if "soak" in os.environ.get("FAULTS", "") else 1800)
@pytest.mark.parametrize("profile", chosen(os.environ.get("FAULTS", "smoke")))
def test_nothing_is_lost_or_doubled_under_faults(profile: str, committed: None, tmp_path: Path) -> None:
    """Steps, effects and messages, by SQL and by the witness's own log; servers and processes of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment["FAULT_SCHEMA"] = str(dump_schema(tmp_path / "schema.sql"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--profile", profile],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    answer = json.loads(done.stdout)
    assert answer["defects"] == {}, json.dumps(answer, indent=1)
    assert answer["drained_seconds"] is not None, json.dumps(answer, indent=1)
    # Each drill holds its own evidence against itself; without a broker nothing is broken, it is only absent.
    if profile.startswith("drill_") or not PROFILES[profile].has_broker:
        return
    assert sum(answer["figures"]["evidence"].values()) > 0, "no lease and no fence had to act: the faults did not bite"
