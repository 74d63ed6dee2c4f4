"""Signed messages, one a request and durable before the answer: against an empty view, and a view with one INSERT.

Eight senders at once, as threads of one process: a commit waits for the disk, and several may share one wait.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.test import APIClient

from benchmarks.harness import Ratio, Scale, faster
from benchmarks.signal_world import SignalWorld, make_world
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from signals.actions.sources.hooks import open_hook
from signals.core.sources.signatures import sign
from signals.models import Delivery, Hook

SENDERS = 8
REQUESTS = {"small": 300, "full": 3_000}
EVENT = {"type": "track", "event": "Export", "account_id": "A-1", "properties": {"count": 3, "plan": "team"}}
Request = Callable[[int], object]


def hello(request: HttpRequest) -> HttpResponse:
    """Answer a word."""
    return HttpResponse("hello")


@csrf_exempt  # a program posts, as to our own address
def insert(request: HttpRequest, workspace_id: int, source_id: int) -> HttpResponse:
    """Do what a plain view does: read the document and save one row."""
    body = request.body.decode()
    json.loads(body)
    with in_workspace(workspace_id, by=system_actor(workspace_id, "bench")):
        Delivery.objects.create(
            workspace_id=workspace_id,
            source_id=source_id,
            message_id=uuid4().hex,
            received_at=database_now(),
            body=body,
        )
    return HttpResponse(status=202)


urlpatterns = [
    path("api/v1/", include("signals.api.urls")),
    path("hello/", hello),
    path("insert/<int:workspace_id>/<int:source_id>/", insert),
]


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratios of webhook."""
    world = make_world("webhook", accounts=10, with_history=False)
    requests = REQUESTS[scale]
    client = APIClient(SERVER_NAME="localhost")
    with ThreadPoolExecutor(SENDERS) as senders, override_settings(ROOT_URLCONF=__name__):
        ours = timed(senders, signed(world, client), requests)
        empty = timed(senders, lambda _: client.get("/hello/"), requests)
        address = f"/insert/{world.workspace_id}/{world.source_id}/"
        body = json.dumps(EVENT)
        plain = timed(senders, lambda _: client.post(address, body, content_type="application/json"), requests)
        note = "a signed message, verified and committed, against an empty view"
        yield faster("webhook", ours=ours, peer=empty, rows=requests, at_least=0.3, note=note)
        note = "the same against a view that saves one row"
        yield faster("webhook_insert", ours=ours, peer=plain, rows=requests, at_least=1.2, note=note)


def signed(world: SignalWorld, client: APIClient) -> Request:
    """Return what sends one new signed message."""
    with world.inside():
        made = open_hook(key="bench-hook", name="Bench", scheme="standard", by=world.by, now=world.now)
        address = f"/api/v1/hooks/{Hook.objects.get(source=made.source).token}/"
    body = json.dumps(EVENT).encode()
    numbers = count()

    def send(_: int) -> object:
        message_id, timestamp = f"m-{next(numbers)}-{uuid4().hex[:8]}", int(time.time())
        signature = sign(made.shown, message_id=message_id, timestamp=timestamp, body=body)
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
        }
        answer = client.post(address, body, content_type="application/json", headers=headers)
        if answer.status_code != 202:
            raise RuntimeError(answer.content[:300])
        return answer

    return send


def timed(senders: ThreadPoolExecutor, request: Request, requests: int) -> Callable[[], float]:
    """Return the work of so many requests, which tells its seconds."""

    def work() -> float:
        began = time.perf_counter()
        for _ in senders.map(request, range(requests)):
            pass
        return time.perf_counter() - began

    return work
