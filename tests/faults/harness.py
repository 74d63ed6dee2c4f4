"""Deal out the faults of a profile to the real engine, let it recover, and count. All of it is ours, on loopback."""

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import redis
from django.db import DatabaseError, InterfaceError, connection, connections

from config.stack.embedded import EmbeddedStack
from playbooks.actions.unsubscribe import unsubscribe
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from tests.faults.crew import Crew, python
from tests.faults.figures import defects, figures, open_and_ended
from tests.faults.profiles import Profile
from tests.faults.sizes import Sizes, dead_rows
from tests.faults.world import make_database, populate

STANDSTILL_SECONDS = 60.0
"""A run that has finished nothing for so long will not; a busy machine alone only makes it slow."""
LONGEST_DRAIN_SECONDS = 900.0
FAULTS = (
    ("kill", "kills"),
    ("wipe", "wipes"),
    ("broker_crash", "broker_crashes"),
    ("database_crash", "database_crashes"),
    ("database_restart", "database_restarts"),
    ("freeze", "freezes"),
    ("provider_crash", "provider_crashes"),
    ("unsubscribe", "unsubscribes"),
)


@dataclass
class Run:
    """One run in progress."""

    profile: Profile
    stack: EmbeddedStack
    crew: Crew
    dice: random.Random
    people: list[tuple[int, int]]
    dealt: dict[str, int] = field(default_factory=dict)
    unsubscribed: list[tuple[int, int, datetime]] = field(default_factory=list)
    froze_themselves: int = 0
    sizes: Sizes = field(default_factory=Sizes)

    def deal(self, fault: str) -> None:
        """Let one fault happen."""
        self.dealt[fault] = self.dealt.get(fault, 0) + 1
        actions: dict[str, Callable[[], None]] = {
            "kill": lambda: self.crew.kill(self._victim(), self.dice),
            "freeze": lambda: self.crew.freeze(self._victim(), self.profile.lease_seconds + 3, self.dice),
            "provider_crash": lambda: self.crew.kill("provider", self.dice),
            "wipe": self._wipe,
            "broker_crash": self.stack.valkey.wipe,
            "database_crash": lambda: self._bring_down(crash=True),
            "database_restart": lambda: self._bring_down(crash=False),
            "unsubscribe": self.unsubscribe,
        }
        actions[fault]()

    def _victim(self) -> str:
        return self.dice.choice([name for name in self.crew.running if name.startswith(("worker", "orchestrator"))])

    def _wipe(self) -> None:
        redis.Redis(unix_socket_path=str(self.stack.valkey.socket)).flushall()

    def _bring_down(self, *, crash: bool) -> None:
        connection.close()
        connections["owner"].close()
        if crash:
            self.stack.postgres.kill()
        else:
            self.stack.postgres.stop()
        self.stack.postgres.start()

    def unsubscribe(self) -> None:
        """Somebody unsubscribes; noted only when it was acknowledged."""
        workspace_id, contact = self.people[self.dice.randrange(len(self.people))]
        by = system_actor(workspace_id, "faults")
        with in_workspace(workspace_id, by=by):
            unsubscribe(contact_id=contact, by=by, now=database_now())
        self.unsubscribed.append((workspace_id, contact, database_now()))


def run_profile(profile: Profile, *, seed: int, stack: EmbeddedStack) -> dict[str, Any]:
    """Run one profile and return its figures; `defects` is empty when everything held."""
    started = time.monotonic()
    dice = random.Random(seed)
    make_database()
    people = populate(profile, dice)
    log = stack.home / "logs"
    log.mkdir()
    crew = Crew(log=log, environment=os.environ | {"PERENNIAL_FAILPOINTS": profile.failpoints})
    run = Run(profile=profile, stack=stack, crew=crew, dice=dice, people=people)
    try:
        hire(run, seed)
        _suffer(run)
        drained = drain(run)
        found = figures(profile, log / "witness.sqlite", run.unsubscribed)
        tables = dead_rows()
    finally:
        crew.dismiss()
    return {
        "profile": profile.name,
        "seed": seed,
        "faults": run.dealt | {"self_freezes": run.froze_themselves, "restarts": crew.restarts},
        "figures": found,
        "memory": run.sizes.told(),
        "tables": tables,
        "drained_seconds": drained,
        "wall_seconds": round(time.monotonic() - started, 1),
        "defects": defects(found, profile),
    }


def clear(stack: EmbeddedStack) -> None:
    """Stop the servers and remove what they kept."""
    connections.close_all()
    stack.stop()
    servers = stack.home / "servers"
    shutil.rmtree(servers.resolve(), ignore_errors=True)
    shutil.rmtree(stack.home, ignore_errors=True)


def hire(run: Run, seed: int) -> None:
    """Start the witness and every program of the product."""
    crew, profile = run.crew, run.profile
    if not profile.has_broker:
        run.stack.valkey.stop()
    witness = ("--log", str(crew.log / "witness.sqlite"), "--port", os.environ["WITNESS_PORT"], "--seed", str(seed))
    crew.hire("provider", python("tests/faults/provider.py", *witness, "--mode", profile.provider_mode))
    for number in range(profile.orchestrators):
        crew.hire(f"orchestrator{number}", python("manage.py", "run_orchestrator"))
    celery = [
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
        "-lERROR",
    ]
    for number in range(profile.workers):
        crew.hire(f"worker{number}", python(*celery, "-n", f"worker{number}@faults"))
    if profile.workers:
        crew.hire("beat", python("-m", "celery", "-A", "config", "beat", "-l", "ERROR", "-s", str(crew.log / "beat")))


def _suffer(run: Run) -> None:
    """Deal the faults out at random instants of the run; the seed makes them the same again.

    They keep their distances when one took long: all that fell due meanwhile, at once, would be another run.
    """
    plan = [
        (run.dice.uniform(4, run.profile.seconds), fault)
        for fault, count in FAULTS
        for _ in range(getattr(run.profile, count))
    ]
    started = time.monotonic()
    for at, fault in sorted(plan):
        while time.monotonic() - started < at:
            tend(run)
        dealt = time.monotonic()
        try:
            run.deal(fault)
        except (DatabaseError, InterfaceError, redis.RedisError):
            connection.close()  # the fault before is still being recovered from
        started += time.monotonic() - dealt
    while time.monotonic() - started < run.profile.seconds:
        tend(run)


def drain(run: Run) -> float | None:
    """Wait until nothing is open; returns the seconds it took, None when it came to a standstill before."""
    started = got_on = time.monotonic()
    most = -1
    while (now := time.monotonic()) - got_on < STANDSTILL_SECONDS and now - started < LONGEST_DRAIN_SECONDS:
        tend(run)
        try:
            still_open, ended = open_and_ended()
        except (DatabaseError, InterfaceError):
            connection.close()
            continue
        if still_open == 0:
            return round(time.monotonic() - started, 1)
        if ended > most:
            most, got_on = ended, time.monotonic()
        time.sleep(0.2)
    return None


def tend(run: Run) -> None:
    """Bring back the dead and wake the frozen."""
    run.crew.tend()
    run.sizes.look({name: process.pid for name, process in run.crew.running.items()})
    if run.profile.failpoints:
        run.froze_themselves += run.crew.wake_frozen(run.profile.lease_seconds + run.profile.wakes_after)
    time.sleep(0.1)
