"""The world the faults happen in: two workspaces, one contact per account, four steps per enrolment."""

import os
import random
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from config.stack import binaries
from playbooks.actions.bulk import insert_rows
from playbooks.actions.enrol import start_enrolments
from playbooks.models import Enrolment, Playbook, PlaybookVersion, StepRun, TouchBudget
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Account, Contact, ContactRole, Contract, Renewal, TermVersion, Workspace
from renewals.queries.clock import database_now
from tests.faults.profiles import Profile
from tests.playbooks.factories import make_person
from tests.playbooks.stories import HELLO, email_step, simple_playbook, task_step
from tests.plugins.database import make_workspace

WORKSPACES = 2
DUE_IN = timedelta(days=100)
SOON = {"from": "after_previous", "days": 0, "roll": "next_business_day"}
TEN_ON_WEDNESDAY = """
CREATE OR REPLACE FUNCTION perennial_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT coalesce(nullif(current_setting('perennial.now', true), '')::timestamptz, now() + interval '{shift} seconds') $$
"""


def make_database() -> None:
    """Make the tables, and let the product's clock run from ten on a Wednesday: no send window gets in the way.

    `FAULT_SCHEMA` names a dump of the tables: loading it takes a tenth of the time of the migrations.
    """
    if "FAULT_SCHEMA" in os.environ:
        load_schema(Path(os.environ["FAULT_SCHEMA"]), os.environ["FAULT_SUPERUSER_URL"])
    else:
        call_command("migrate", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT now()")
        real: datetime = cursor.fetchone()[0]
        wednesday = real.replace(hour=10, minute=0, second=0) + timedelta(days=(2 - real.weekday()) % 7 + 7)
        cursor.execute(TEN_ON_WEDNESDAY.format(shift=int((wednesday - real).total_seconds())))


def dump_schema(place: Path) -> Path:
    """Dump the tables of the owner's database, without rows, into a file."""
    known = connections["owner"].get_connection_params()
    where = {"-h": known.get("host"), "-p": known.get("port"), "-U": known.get("user")}
    words = [str(word) for name, value in where.items() if value for word in (name, value)]
    program = binaries.postgres_folder() / "pg_dump"
    environment = os.environ | {"PGPASSWORD": str(known.get("password") or "")}
    command = [program, "--schema-only", "--no-comments", "-f", place, *words, str(known["dbname"])]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return place


def load_schema(place: Path, superuser_url: str) -> None:
    """Make the tables of a dump in the empty database of a fault run."""
    program = binaries.postgres_folder() / "psql"
    command = [program, superuser_url, "-qX", "-1", "-v", "ON_ERROR_STOP=1", "-f", place]
    subprocess.run(command, check=True, capture_output=True)


def populate(profile: Profile, dice: random.Random) -> list[tuple[int, int]]:
    """Enrol everybody, their first steps due at random over the run; returns (workspace, contact) pairs."""
    people = []
    for number in range(WORKSPACES):
        workspace = make_workspace(f"fault-{number}")
        by = system_actor(workspace.id, "faults")
        with in_workspace(workspace.id, by=by):
            contacts = _populate_one(workspace, by, profile.enrolments // WORKSPACES)
        people += [(workspace.id, contact) for contact in contacts]
    for workspace_id in sorted({workspace_id for workspace_id, _ in people}):
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
            _spread(profile, dice)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # as an installation would have been: a planner that knows nothing is no fault of ours
    return people


def _populate_one(workspace: Workspace, by: Actor, count: int) -> list[int]:
    now = database_now()
    owner = make_person(workspace)
    same = {"workspace_id": workspace.id, "created_at": now, "updated_at": now}
    keys = [f"A-{number}" for number in range(count)]
    account_rows = [
        same | {"external_id": k, "name": k, "owner_id": owner.id, "segment": "small", "currency": "EUR"} for k in keys
    ]
    accounts = sorted(insert_rows(Account, account_rows))
    contact_rows = [
        same | {"account_id": a, "external_id": f"C-{a}", "name": "Ada", "email": f"c{a}@example.org"} for a in accounts
    ]
    contacts = sorted(insert_rows(Contact, contact_rows))
    roles = [
        {"workspace_id": workspace.id, "contact_id": c, "account_id": a, "role": "champion", "from_on": now.date()}
        for a, c in zip(accounts, contacts, strict=True)
    ]
    insert_rows(ContactRole, roles)
    TouchBudget.objects.create(
        workspace=workspace, max_touches=1000, per_days=1, min_gap_days=0, set_by="faults", set_at=now
    )
    renewals = _renewals(same, accounts, owner.id, now)
    _enrol(_publish(by, now), accounts, renewals, now)
    return contacts


def _enrol(version: PlaybookVersion, accounts: list[int], renewals: list[int], now: datetime) -> None:
    """All at once, as the sweep would."""
    rows = [
        {
            "workspace_id": version.workspace_id,
            "playbook_id": version.playbook_id,
            "version_id": version.id,
            "account_id": account,
            "renewal_id": renewal,
            "occurrence": now.date() + DUE_IN,
            "state": "active",
            "trigger": {"reasons": [], "rule_version": "simple v1"},
            "started_at": now,
            "updated_at": now,
        }
        for account, renewal in zip(accounts, renewals, strict=True)
    ]
    start_enrolments(insert_rows(Enrolment, rows), now=now)


def _renewals(same: dict[str, Any], accounts: list[int], owner_id: int, now: datetime) -> list[int]:
    """A contract with one term and an open renewal for each account."""
    contracts = sorted(
        insert_rows(
            Contract,
            [same | {"account_id": a, "external_id": f"K-{a}", "name": f"K-{a}", "currency": "EUR"} for a in accounts],
        )
    )
    due_on = now.date() + DUE_IN
    terms = [
        {
            "workspace_id": same["workspace_id"],
            "contract_id": contract,
            "number": 1,
            "starts_on": due_on - timedelta(days=365),
            "ends_on": due_on - timedelta(days=1),
            "recorded_at": now,
        }
        for contract in contracts
    ]
    insert_rows(TermVersion, terms)
    rows = [
        same
        | {
            "account_id": account,
            "contract_id": contract,
            "term_number": 1,
            "due_on": due_on,
            "opened_on": now.date(),
            "currency": "EUR",
            "target_amount": 1000,
            **dict.fromkeys(("owner_id", "initiator_id", "negotiator_id", "finaliser_id"), owner_id),
        }
        for account, contract in zip(accounts, contracts, strict=True)
    ]
    return sorted(insert_rows(Renewal, rows))


def _publish(by: Actor, now: datetime) -> PlaybookVersion:
    """Four steps that follow one another at once: no playbook for people would be published like this."""
    steps = [
        email_step("one", 0, anchor=SOON, at="00:00"),
        task_step("two", 0, anchor=SOON, at="00:00"),
        email_step("three", 0, anchor=SOON, at="00:00"),
        task_step("four", 0, anchor=SOON, at="00:00"),
    ]
    playbook = Playbook.objects.create(
        workspace_id=by.workspace_id, key="simple", name="Simple", created_at=now, updated_at=now
    )
    return PlaybookVersion.objects.create(
        workspace_id=by.workspace_id,
        playbook=playbook,
        number=1,
        definition={"playbook": simple_playbook(*steps), "templates": [HELLO]},
        content_hash="faults",
        published_at=now,
        published_by="faults",
    )


def _spread(profile: Profile, dice: random.Random) -> None:
    """First steps come due over the run, some seconds after everything is up."""
    runs = list(StepRun.objects.values_list("id", flat=True))
    delays = [profile.warm_up + dice.random() * profile.seconds * 0.9 for _ in runs]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE playbooks_steprun AS s SET due_at = perennial_now() + make_interval(secs => r.delay), "
            "planned_at = perennial_now() + make_interval(secs => r.delay) "
            "FROM unnest(%s::bigint[], %s::float[]) AS r(id, delay) WHERE s.id = r.id",
            [runs, delays],
        )
