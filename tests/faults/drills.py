"""What every drill needs: a world of mail under way, a second database, the witness's log, and the way back to sending.

Programs find their database through a link, as they would through a name: a drill moves the link.
"""

import csv
import json
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections

from config.stack import binaries
from config.stack.embedded import EmbeddedStack
from playbooks.actions.sending import resume_after_check
from playbooks.actions.unsubscribe import replay_unsubscribes
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Contact, Suppression, Workspace
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids
from tests.faults.crew import Crew
from tests.faults.figures import defects, figures, open_and_ended
from tests.faults.harness import Run, drain, hire, tend
from tests.faults.profiles import Profile
from tests.faults.start import link_to, sockets_of
from tests.faults.world import TEN_ON_WEDNESDAY, make_database, populate

LONGEST_WAIT = 120.0
SEEN_PAUSED_SECONDS = 5.0
ADMIN = "-qXAt"
SHIFT = "SELECT round(extract(epoch FROM perennial_now() - now()))"


@dataclass
class Drill:
    """One drill in progress: its run, the link to the database in use, and what it found wrong."""

    run: Run
    seed: int
    wrong: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def home(self) -> Path:
        """The folder of the run."""
        return self.run.stack.home

    @property
    def witness(self) -> Path:
        """The witness's log."""
        return self.run.crew.log / "witness.sqlite"

    def begin(self) -> None:
        """Start the witness and the programs."""
        hire(self.run, self.seed)

    def end_programs(self) -> None:
        """End the witness and every program; `begin` starts them again."""
        self.run.crew.dismiss()
        self.run.crew.running.clear()

    def wait(self, is_so: Callable[[], bool], what: str) -> bool:
        """Tend the programs until it is so; whoever waits in vain has found something wrong."""
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            tend(self.run)
            if is_so():
                return True
        self.wrong[f"never: {what}"] = 1
        return False

    def wait_for_deliveries(self, count: int) -> None:
        """Let the run come so far, by the witness."""
        self.wait(lambda: len(deliveries(self.witness)) >= count, f"{count} deliveries")

    def unsubscribe(self, count: int) -> None:
        """So many people unsubscribe and are told that it holds."""
        for _ in range(count):
            self.run.unsubscribe()

    def must(self, name: str, *, be: Any, found: Any) -> None:
        """Note a figure, and that it is wrong unless it is what it must be."""
        self.told[name] = found
        if found != be:
            self.wrong[name] = found

    def finish(self) -> dict[str, Any]:
        """Let everything end, and answer as a profile does."""
        drained = drain(self.run)
        found = figures(self.run.profile, self.witness, ())
        return {
            "profile": self.run.profile.name,
            "seed": self.seed,
            "figures": found,
            "drill": self.told,
            "drained_seconds": drained,
            "wall_seconds": round(time.monotonic() - self.started, 1),
            "defects": defects(found, self.run.profile) | self.wrong,
        }


def prepared(profile: Profile, *, seed: int, stack: EmbeddedStack) -> Drill:
    """The world of a drill, its programs not started yet."""
    dice = random.Random(seed)
    make_database()
    people = populate(profile, dice)
    log = stack.home / "logs"
    log.mkdir()
    crew = Crew(log=log, environment=os.environ | {"PERENNIAL_FAILPOINTS": ""})
    return Drill(run=Run(profile=profile, stack=stack, crew=crew, dice=dice, people=people), seed=seed)


def move_to(drill: Drill, stack: EmbeddedStack) -> None:
    """From now on the programs' database is another one; our own connections are opened anew."""
    connections.close_all()
    link_to(drill.home, stack)


def second_home(drill: Drill, name: str) -> EmbeddedStack:
    """A second cluster beside the first, not started."""
    return EmbeddedStack(drill.home / name, max_connections=150, servers=frozenset({"postgres"}))


def ask(stack: EmbeddedStack, question: str, *, database: str = "perennial") -> str:
    """What psql answers to the superuser."""
    return program("psql", ADMIN, "-v", "ON_ERROR_STOP=1", *as_superuser(stack), "-d", database, "-c", question)


def as_superuser(stack: EmbeddedStack) -> list[str]:
    """The words by which PostgreSQL's programs reach a cluster."""
    return ["-h", sockets_of(stack), "-U", "postgres"]


def program(name: str, *words: str | Path) -> str:
    """Run one of PostgreSQL's own programs; returns what it wrote."""
    command = [binaries.postgres_folder() / name, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-500:]}")
    return done.stdout.strip()


def deliveries(witness: Path) -> list[tuple[str, str, str, float]]:
    """Key, Message-ID, address and real time of everything the witness delivered."""
    with sqlite3.connect(witness) as log:
        known = log.execute("select 1 from sqlite_master where name = 'delivery'").fetchone()
        return log.execute("select key, message_id, address, at from delivery order by id").fetchall() if known else []


def doubled(witness: Path) -> int:
    """How many deliveries repeat an earlier one."""
    keys = [row[0] for row in deliveries(witness)]
    return len(keys) - len(set(keys))


def export_log(drill: Drill) -> Path:
    """The provider's log as a person would download it; its times follow the product's moved clock."""
    ahead = database_now() - datetime.now(database_now().tzinfo)
    path = drill.home / "provider-log.csv"
    with path.open("w") as file:
        rows = csv.writer(file)
        rows.writerow(["Idempotency-Key", "Message-ID", "To", "Sent at"])
        for key, message_id, address, at in deliveries(drill.witness):
            when = datetime.fromtimestamp(at, database_now().tzinfo) + ahead - timedelta(seconds=1)
            rows.writerow([key, message_id, address, when.isoformat()])
    return path


def paused() -> int:
    """In how many workspaces sending is paused."""
    count = 0
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
            count += Workspace.objects.filter(id=workspace_id, sending_paused_at__isnull=False).count()
    return count


def move_clock(stack: EmbeddedStack, seconds: int) -> None:
    """Let the clock of this database jump."""
    shift = int(ask(stack, SHIFT)) + seconds
    ask(stack, TEN_ON_WEDNESDAY.format(shift=shift))


def jump(drill: Drill, stack: EmbeddedStack, seconds: int) -> None:
    """Let the clock jump, see sending paused for it (F20), compare, and resume at once.

    Programs that look late must not pause again what was resumed: `finish` sees that nothing is paused.
    """
    before = len(deliveries(drill.witness))
    move_clock(stack, seconds)
    everywhere = len(active_workspace_ids())
    drill.wait(lambda: paused() == everywhere, f"paused for {seconds} seconds")
    for workspace_id in active_workspace_ids():
        by = system_actor(workspace_id, "faults")
        with in_workspace(workspace_id, by=by):
            resume_after_check(by=by, now=database_now())
    drill.told[f"left_until_resumed_{seconds:+d}"] = len(deliveries(drill.witness)) - before


def come_back(drill: Drill) -> None:
    """What docs/operations.md asks of a person: read the provider's log, tell the unsubscribes again, resume."""
    log = export_log(drill)
    counts: dict[str, int] = {}
    for workspace_id in active_workspace_ids():
        by = system_actor(workspace_id, "faults")
        with in_workspace(workspace_id, by=by):
            slug = Workspace.objects.get(id=workspace_id).slug
        answer = StringIO()
        call_command("reconcile_sent", str(log), "--workspace", slug, "--json", stdout=answer)
        for name, count in json.loads(answer.getvalue())["counts"].items():
            counts[name] = counts.get(name, 0) + count
        with in_workspace(workspace_id, by=by):
            now = database_now()
            replay_unsubscribes(by=by, now=now)
            resume_after_check(by=by, now=now)
    drill.told["log_lines"] = {name: count for name, count in counts.items() if count}


def unsubscribes_missing(drill: Drill) -> int:
    """How many acknowledged unsubscribes the database in use does not hold."""
    missing = 0
    for workspace_id, contact, _ in set(drill.run.unsubscribed):
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
            missing += not Suppression.objects.filter(contact_id=contact).exists()
    return missing


def addresses(drill: Drill) -> set[str]:
    """To whom nothing may be sent any more."""
    found = set()
    for workspace_id, contact, _ in drill.run.unsubscribed:
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
            found.add(Contact.objects.get(id=contact).email)
    return found


def watch_pause(drill: Drill) -> None:
    """See that sending is paused everywhere and that nothing at all leaves, while steps go on."""
    everywhere = len(active_workspace_ids())
    drill.wait(lambda: paused() == everywhere, "paused in each workspace")
    before = len(deliveries(drill.witness))
    until = time.monotonic() + SEEN_PAUSED_SECONDS
    drill.wait(lambda: time.monotonic() > until, "watched")
    drill.must("paused_workspaces", be=everywhere, found=paused())
    drill.must("sent_while_paused", be=0, found=len(deliveries(drill.witness)) - before)
    drill.told["waiting_while_paused"] = open_and_ended()[0]
