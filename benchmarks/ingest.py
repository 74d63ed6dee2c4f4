"""Signals in: the bulk door against a bare COPY and bulk_create, the API against its statement and a plain view."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.db import connection, connections
from django.test import override_settings
from django.urls import include, path
from rest_framework.test import APIClient

from benchmarks.harness import Ratio, Scale, faster
from benchmarks.signal_world import SignalWorld, make_world
from renewals.actions.api_keys import create_api_key
from renewals.core.actors import person_actor
from renewals.models import Account, User
from signals.actions.intake import load_candidates
from signals.actions.intake.batch import FROM_JSON, as_record
from signals.core.intake import Candidate
from signals.models import Signal, SignalKey

ROWS = {"small": 20_000, "full": 200_000}
ACCOUNTS = {"small": 1_000, "full": 100_000}
BATCH = 1_000
urlpatterns = [path("api/v1/", include("signals.api.urls"))]


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratios of ingest_bulk and ingest_api."""
    world = make_world("ingest", accounts=ACCOUNTS[scale], with_history=True)
    make_twin()
    yield from run_bulk(world, ROWS[scale])
    with override_settings(ROOT_URLCONF=__name__):
        yield from run_api(world, make_client(world))


def run_bulk(world: SignalWorld, rows: int) -> Iterator[Ratio]:
    """Yield the ratios of the bulk door."""
    clean, mixed = loads(world, rows, repeated=0), loads(world, rows, repeated=rows // 20)

    def bare() -> float:
        return copy_sorted(world, rows)

    def plain() -> float:
        return 10 * create(world, rows // 10)  # too slow to do as many rows

    note = "a clean batch against sorted COPY into one table with the same index, no keys, no row security"
    yield faster("ingest_bulk", ours=clean, peer=bare, rows=rows, at_least=0.8, note=note)
    yield faster("ingest_bulk_repeated", ours=mixed, peer=bare, rows=rows, at_least=0.5, note="with 5 % repetitions")
    note = "a clean batch against bulk_create(ignore_conflicts)"
    yield faster("ingest_bulk_orm", ours=clean, peer=plain, rows=rows, at_least=10, note=note)


def run_api(world: SignalWorld, client: APIClient) -> Iterator[Ratio]:
    """Yield the ratios of the batch address."""

    def ours() -> float:
        return post(client, world)

    def plain() -> float:
        return create(world, BATCH, parse=True)

    note = "a request of 1,000 signals against its insert statement alone"
    yield faster("ingest_api", ours=ours, peer=lambda: statement(world), rows=BATCH, at_least=0.6, note=note)
    note = "the same against a view with bulk_create"
    yield faster("ingest_api_orm", ours=ours, peer=plain, rows=BATCH, at_least=2, note=note)


def loads(world: SignalWorld, rows: int, *, repeated: int) -> Callable[[], float]:
    """Return the work of loading `rows` signals, of which so many were loaded before."""
    known: list[Candidate] = []

    def work() -> float:
        candidates = [*known[:repeated], *world.candidates(rows - len(known[:repeated]))]
        known[:] = candidates[-repeated:] if repeated else []
        began = time.perf_counter()
        with world.inside():
            load_candidates(
                workspace_id=world.workspace_id, source_key="bench", candidates=candidates, by=world.by, now=world.now
            )
        return time.perf_counter() - began

    return work


def make_twin() -> None:
    """Make a bare table with the key of the signals, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_twin")
        cursor.execute("CREATE TABLE bench_twin (LIKE signals_signal INCLUDING INDEXES INCLUDING IDENTITY)")


def copy_sorted(world: SignalWorld, rows: int) -> float:
    """Copy `rows` prepared, sorted rows into the bare table; return the seconds of the COPY."""
    lines = sorted(((int(c.account[2:]), c.occurred_at, c) for c in world.candidates(rows)), key=lambda each: each[:2])
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, moment, c in lines:
        writer.writerow(
            (world.workspace_id, number, world.source_id, moment, world.now, c.value, c.kind, c.external_id)
        )
    buffer.seek(0)
    columns = "workspace_id, account_id, source_id, occurred_at, received_at, value, kind, external_id"
    with connections["owner"].cursor() as cursor:
        for name in ("subject", "text", "author"):
            cursor.execute(f"ALTER TABLE bench_twin ALTER {name} SET DEFAULT ''")
        began = time.perf_counter()
        cursor.copy_expert(f"COPY bench_twin ({columns}) FROM STDIN WITH (FORMAT csv)", buffer)
        return time.perf_counter() - began


def create(world: SignalWorld, rows: int, *, parse: bool = False) -> float:
    """Do what a plain view does: read, look the accounts up, bulk_create keys and signals."""
    candidates = world.candidates(rows)
    body = json.dumps([as_record(c) for c in candidates])
    began = time.perf_counter()
    if parse:
        json.loads(body)
    with world.inside():
        ids = dict(Account.objects.values_list("external_id", "id"))
        keys = [SignalKey(**_key(world, c, ids[c.account])) for c in candidates]
        SignalKey.objects.bulk_create(keys, ignore_conflicts=True, batch_size=1000)
        made = [Signal(**_signal(world, c, ids[c.account])) for c in candidates]
        Signal.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return time.perf_counter() - began


def post(client: APIClient, world: SignalWorld) -> float:
    """Send one request of new signals and return its seconds."""
    signals = [_as_sent(candidate) for candidate in world.candidates(BATCH)]
    body = json.dumps({"source": "bench", "signals": signals})
    began = time.perf_counter()
    answer = client.post("/api/v1/signals/batch", body, content_type="application/json")
    spent = time.perf_counter() - began
    if answer.json().get("accepted") != BATCH:
        raise RuntimeError(answer.content[:300])
    return spent


def statement(world: SignalWorld) -> float:
    """Execute the statement alone on prepared JSON and return its seconds."""
    items = json.dumps([as_record(candidate) for candidate in world.candidates(BATCH)])
    values = {"workspace": world.workspace_id, "source": world.source_id, "now": world.now, "batch": None}
    with world.inside(), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(FROM_JSON, {**values, "items": items})
        return time.perf_counter() - began


def make_client(world: SignalWorld) -> APIClient:
    """Return a client with a key of the workspace."""
    with world.inside():
        user = User.objects.create(email=f"{uuid4().hex}@bench.example", name="Bench")
        actor = person_actor(world.workspace_id, user.id, "Bench")
        secret = create_api_key(name="Bench", scopes=("signals:w",), by=actor, now=world.now).secret
    client = APIClient(SERVER_NAME="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def _as_sent(candidate: Candidate) -> dict[str, Any]:
    record = as_record(candidate)
    return {name: record[name] for name in ("account", "kind", "occurred_at", "value", "external_id")}


def _key(world: SignalWorld, candidate: Candidate, account_id: int) -> dict[str, Any]:
    keys = {"external_key": uuid4(), "content": uuid4(), "account_id": account_id}
    return {
        **keys,
        "workspace_id": world.workspace_id,
        "source_id": world.source_id,
        "occurred_at": candidate.occurred_at,
    }


def _signal(world: SignalWorld, candidate: Candidate, account_id: int) -> dict[str, Any]:
    _, _, kind, occurred_at, value, external_id, *_ = candidate
    told = {"kind": kind, "occurred_at": occurred_at, "value": value, "external_id": external_id}
    place = {"workspace_id": world.workspace_id, "source_id": world.source_id, "account_id": account_id}
    return {**told, **place, "received_at": world.now}
