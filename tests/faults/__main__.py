"""`python -m tests.faults --profile full --seed 7 --record FILE`: run one profile and print its figures."""

import argparse
import importlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import django

from tests.faults.profiles import DRILLS, PROFILES
from tests.faults.start import link_to, prepare


def main() -> int:
    """Run; 0 when every figure that must be zero is, 1 otherwise."""
    words = argparse.ArgumentParser(prog="python -m tests.faults")
    words.add_argument("--profile", choices=sorted(PROFILES), default="smoke")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--record", type=Path, help="keep the figures under the profile's name in this file")
    words.add_argument("--pace", type=float, default=1.0, help="3 deals the same out over three times as long")
    given = words.parse_args()
    profile = PROFILES[given.profile]
    profile = replace(profile, seconds=profile.seconds * given.pace, warm_up=profile.warm_up * given.pace)
    # Whoever ends this run ends its processes too: they are in groups of their own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    stack, environment = prepare(profile)
    os.environ.update(environment)
    if profile.name in DRILLS:
        os.environ.update(link_to(stack.home, stack))
    django.setup()
    # Django's models can be loaded only now that the servers have addresses.
    harness = importlib.import_module("tests.faults.harness")
    try:
        if profile.name in DRILLS:
            answer = importlib.import_module("tests.faults.drill_book").run_drill(profile, seed=given.seed, stack=stack)
        else:
            answer = harness.run_profile(profile, seed=given.seed, stack=stack)
    finally:
        harness.clear(stack)
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")
    if given.record:
        kept = json.loads(given.record.read_text()) if given.record.exists() else {}
        given.record.write_text(json.dumps(kept | {profile.name: answer}, indent=1, sort_keys=True) + "\n")
    return 1 if answer["defects"] or answer["drained_seconds"] is None else 0


if __name__ == "__main__":
    sys.exit(main())
