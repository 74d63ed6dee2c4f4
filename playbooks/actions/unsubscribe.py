"""A contact stops our messages. From the commit on, none of a suppressible class enters `sending` for them (I9)."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from playbooks.actions.message_rows import SUPPRESSIBLE
from playbooks.models import Message
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference

LEDGER = "unsubscribes.jsonl"


def unsubscribe(*, contact_id: int, by: Actor, now: datetime, origin: str = "unsubscribe") -> int:
    """Suppress every suppressible class for a contact and cancel what waits; returns how many messages that were.

    Contractual notices still go: they cannot be unsubscribed from. A second call changes nothing. It is also written
    to a file, before the answer, so that a restored or promoted database can be told again. Raises UnknownReference.
    """
    with transaction.atomic():
        for message_class in sorted(SUPPRESSIBLE):
            add_suppression(contact_id=contact_id, origin=origin, message_class=message_class, by=by, now=now)
        waiting = Message.objects.filter(
            contact_id=contact_id, message_class__in=SUPPRESSIBLE, state__in=("draft", "queued", "parked")
        )
        cancelled = waiting.update(state="cancelled", reasons=[{"code": "suppressed", "contact": contact_id}])
        _write_ledger(contact_id=contact_id, workspace_id=by.workspace_id, now=now)
        return cancelled


def replay_unsubscribes(*, by: Actor, now: datetime) -> int:
    """Apply this workspace's unsubscribes from the file again, after a restore; returns for how many contacts.

    A contact who came after the backup is not there any more and cannot be written to: they are passed over.
    """
    path = Path(settings.PERENNIAL_HOME) / LEDGER
    lines = path.read_text().splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines if line.strip()]
    contacts = sorted({row["contact"] for row in rows if row["workspace"] == by.workspace_id})
    with transaction.atomic():
        return sum(_say_again(contact_id, by, now) for contact_id in contacts)


def _say_again(contact_id: int, by: Actor, now: datetime) -> bool:
    try:
        for message_class in sorted(SUPPRESSIBLE):
            add_suppression(contact_id=contact_id, origin="unsubscribe", message_class=message_class, by=by, now=now)
    except UnknownReference:
        return False
    return True


def _write_ledger(*, contact_id: int, workspace_id: int, now: datetime) -> None:
    path = Path(settings.PERENNIAL_HOME)
    path.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"workspace": workspace_id, "contact": contact_id, "at": now.isoformat()})
    with (path / LEDGER).open("a") as file:
        file.write(line + "\n")
