"""seed_demo: a synthetic book of business with known truth, written through the product's own actions."""

import csv
import json
import sys
import time
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from playbooks.actions.demo_endings import end_some
from playbooks.actions.demo_gains import state_gains
from playbooks.actions.demo_metrics import settle_figures
from playbooks.actions.demo_negotiation import negotiate_some
from playbooks.actions.demo_proposals import propose_some
from playbooks.actions.demo_reviews import review_some
from playbooks.actions.sweeps import sweep_indicators, sweep_projections
from playbooks.actions.world import Seeding, seed_world
from playbooks.core.world.decisions import churn_drivers
from playbooks.core.world.draw import World, draw_world
from playbooks.core.world.laws import Laws
from playbooks.core.world.rows import by_day_received
from playbooks.queries.world import world_laws
from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import NewMember, WorkspaceSettings, add_member, create_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.core.roles import Role
from renewals.queries.clock import database_now
from signals.actions.sources.tend import count_days

PEOPLE = (
    ("csm", "Carla Moreno", "Europe"),
    ("csm", "Daniel Osei", "Americas"),
    ("csm", "Mina Park", "Americas"),
    ("renewal_manager", "Rashid Karim", "Europe"),
    ("cs_manager", "Helen Strand", "Europe"),
    ("sales", "Tom Alvarez", "Americas"),
    ("finance", "Ivana Horvat", ""),
    ("executive", "Peter Lang", ""),
    ("product_viewer", "Noor Aziz", ""),
    ("admin", "Ada Lindqvist", ""),
    ("auditor", "Oliver Bell", ""),
)

DRIVERS = ("health", "trend", "sponsor", "time_to_value", "late", "price")
"""The columns of the sealed truth: what each adds to the log-odds of a loss."""


class Command(BaseCommand):
    """Creates the workspace, a person per role and the world; exit 2 when the workspace is there already."""

    help = "Create a demo workspace with a synthetic book of business."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take size, span, seed and whether behaviour tells anything about renewal."""
        parser.add_argument("--workspace", default="demo")
        parser.add_argument("--accounts", type=int, default=300)
        parser.add_argument("--months", type=int, default=15)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--signal", type=int, choices=(0, 1), default=1)
        parser.add_argument("--turn-month", type=int, default=0, help="when use of one product turns into its opposite")
        parser.add_argument("--history", action="store_true", help="a book to learn from: no scores, no playbooks")
        parser.add_argument("--truth", type=Path, help="a folder for the sealed truth")
        parser.add_argument("--password", default="renew-with-care", help="of every demo person")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw the world up to yesterday and live through it."""
        started = time.monotonic()
        today = database_now().date() - timedelta(days=1)
        laws = world_laws() if options["signal"] else world_laws().without_signal()
        laws = replace(laws, turn_month=options["turn_month"])
        rng = np.random.default_rng(options["seed"])
        world = draw_world(laws, accounts=options["accounts"], months=options["months"], today=today, rng=rng)
        first = today - timedelta(days=30 * options["months"])
        seeding = self.prepare(options["workspace"], options["password"], world, first)
        seeding = replace(seeding, is_history=options["history"])
        done = seed_world(seeding, on_step=self.progress)
        sweep_projections(now=database_now(), only=seeding.workspace_id)
        if not seeding.is_history:
            self.propose(seeding)
            sweep_indicators(now=database_now(), only=seeding.workspace_id)
            self.reckon(seeding)
        if options["truth"]:
            write_truth(world, laws, options["truth"])
        facts = {
            "workspace": options["workspace"],
            "until": today.isoformat(),
            "seconds": round(time.monotonic() - started, 1),
            **asdict(done),
        }
        facts["logins"] = logins(options["workspace"], options["password"])
        words = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in asdict(done).items())
        self.stdout.write(
            json.dumps(facts) if options["json"] else f"Demo workspace '{options['workspace']}': {words}."
        )

    def prepare(self, slug: str, password: str, world: World, first: date) -> Seeding:
        """Create workspace and people; the CSMs share the book."""
        now = database_now()
        settings = WorkspaceSettings(slug=slug, name="Perennial demo", timezone="Europe/Berlin", is_demo=True)
        try:
            workspace = create_workspace(settings=settings, now=now)
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        by = system_actor(workspace.id, "seed_demo")
        with in_workspace(workspace.id, by=by, why="People of the demo"):
            members = [
                add_member(
                    member=NewMember(email=email, role=Role(role), name=name, password=password, team=team),
                    by=by,
                    now=now,
                )
                for email, role, name, team in addresses(slug)
            ]
        owners = tuple(member.user_id for member in members if member.role == Role.CSM)
        return Seeding(world=world, by=by, owners=owners, first=first, received=by_day_received(world))

    def propose(self, seeding: Seeding) -> None:
        """Leave a few proposals, requests for approval and reviews behind."""
        with in_workspace(seeding.workspace_id, by=seeding.by, why="Proposals and reviews of the demo"):
            propose_some(by=seeding.by, now=database_now())
            negotiate_some(by=seeding.by, now=database_now())
            end_some(by=seeding.by, now=database_now())
            review_some(by=seeding.by, now=database_now())

    def reckon(self, seeding: Seeding) -> None:
        """Add the figures of retention and the signals of each day up, with a correction and targets."""
        with in_workspace(seeding.workspace_id, by=seeding.by, why="Figures of the demo"):
            now = database_now()
            settle_figures(by=seeding.by, now=now, today=now.date())
            state_gains(by=seeding.by, now=now, today=now.date())
            count_days(workspace_id=seeding.workspace_id, by=seeding.by, now=now)

    def progress(self, done: int, total: int) -> None:
        """Show how far it is on a terminal; logs and pipes stay quiet."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\rLiving through the demo world: {100 * done // total} %")
            sys.stderr.write("\n" if done == total else "")


def addresses(slug: str) -> list[tuple[str, str, str, str]]:
    """Return address, role, name and team of each demo person; the first of a role has the role's own address."""
    seen: dict[str, int] = {}
    found = []
    for role, name, team in PEOPLE:
        seen[role] = seen.get(role, 0) + 1
        suffix = "" if seen[role] == 1 else str(seen[role])
        found.append((f"{role.replace('_', '-')}{suffix}@{slug}.example", role, name, team))
    return found


def logins(slug: str, password: str) -> list[dict[str, str]]:
    """Return the log-in of the first demo person of each role."""
    first: dict[str, str] = {}
    for email, role, _, _ in addresses(slug):
        first.setdefault(role, email)
    return [{"role": role, "email": email, "password": password} for role, email in first.items()]


def write_truth(world: World, laws: Laws, folder: Path) -> None:
    """Write what no score may read: the true chance of churn of each term with what drives it, and latent health."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "renewals.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["account", "term", "ends_on", "churn_probability", "ratio", "market", *DRIVERS])
        for life in world.lives:
            for term in life.terms:
                ratio = "" if term.ratio is None else term.ratio
                on, uplift = term.settled_on, term.price_uplift
                drivers = churn_drivers(life.account, life.behaviour, laws, on=on, price_uplift=uplift)
                known = (life.account.external_id, term.number, term.ends_on, term.churn_probability, ratio)
                rows.writerow([*known, term.market, *(drivers[name] for name in DRIVERS)])
    latent = {life.account.external_id: life.behaviour.health[-1] for life in world.lives}
    (folder / "health.json").write_text(json.dumps(latent, indent=1))
