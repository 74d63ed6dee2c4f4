"""Messages for tests of hooks: an open door, and a sender that signs as Standard Webhooks says."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rest_framework.test import APIClient

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.queries.clock import database_now
from signals.actions.sources.hooks import open_hook
from signals.core.sources.signatures import sign
from signals.models import Hook, Source


@dataclass
class Sender:
    """A system that sends signed messages to one hook."""

    workspace_id: int
    source: Source
    address: str
    secret: str
    http: APIClient = field(default_factory=lambda: APIClient(raise_request_exception=False))

    @property
    def by(self) -> Actor:
        return system_actor(self.workspace_id, "tests")

    def send(self, body: Any, *, message_id: str = "msg-1", late: timedelta = timedelta(), **headers: str) -> Any:
        """Send a document, or bytes as they are; `late` puts the timestamp back, headers replace the signed ones."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = int((database_now() - late).timestamp())
        signed = {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self.secret, message_id=message_id, timestamp=timestamp, body=raw),
        }
        given = {**signed, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kind = given.pop("content-type", "application/json")
        return self.http.post(self.address, raw, content_type=kind, headers=given)


def make_sender(workspace_id: int, *, key: str = "desk", scheme: str = "standard", secret: str = "") -> Sender:
    """Open a hook in the workspace and return who may send to it."""
    by = system_actor(workspace_id, "tests")
    with in_workspace(workspace_id, by=by):
        made = open_hook(key=key, name=key.title(), scheme=scheme, secret=secret, by=by, now=database_now())
        token = Hook.objects.get(source=made.source).token
    return Sender(
        workspace_id=workspace_id,
        source=made.source,
        address=f"/api/v1/hooks/{token}/",
        secret=made.shown or secret,
    )
