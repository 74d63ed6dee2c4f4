"""A contact stops our messages. From the commit on, none of a suppressible class enters `sending` for them (I9)."""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from playbooks.actions.message_rows import SUPPRESSIBLE
from playbooks.actions.shut import LEDGER, shut_classes
from playbooks.queries.suppressions import is_lifted_since
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor
from renewals.core.errors import UnknownChoice, UnknownReference


def unsubscribe(
    *, contact_id: int, by: Actor, now: datetime, origin: str = "unsubscribe", classes: Collection[str] = SUPPRESSIBLE
) -> int:
    """Suppress suppressible classes for a contact and cancel what waits; returns how many messages that were.

    Contractual notices still go: they cannot be unsubscribed from. A second call changes nothing. It is also written
    to a file, before the answer, so that a restored or promoted database can be told again. Raises UnknownReference,
    UnknownChoice for a class that cannot be refused.
    """
    strangers = sorted(set(classes) - SUPPRESSIBLE)
    if strangers:
        raise UnknownChoice(f"'{strangers[0][:40]}' cannot be unsubscribed from.", where="class")
    words = "They asked by the address in a message."
    return shut_classes(contact_id=contact_id, classes=classes, why=(origin, words), by=by, now=now)


def replay_unsubscribes(*, by: Actor, now: datetime, since: datetime | None = None) -> int:
    """Apply this workspace's unsubscribes from the file again, after a restore; returns for how many contacts.

    `since` leaves out those that were told before it, or nobody knows when.
    A contact who came after the backup is not there any more and cannot be written to: they are passed over.
    """
    path = Path(settings.PERENNIAL_HOME) / LEDGER
    lines = path.read_text().splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines if line.strip()]
    mine = [row for row in rows if row["workspace"] == by.workspace_id and _is_told_since(row, since)]
    with transaction.atomic():
        told = {row["contact"]: _say_again(row, by, now) for row in mine}
        return sum(told.values())


def _is_told_since(row: dict[str, Any], since: datetime | None) -> bool:
    return since is None or ("at" in row and datetime.fromisoformat(row["at"]) >= since)


def _say_again(row: dict[str, Any], by: Actor, now: datetime) -> bool:
    """Consent that was given after the line was written stands."""
    origin, told_at = row.get("origin", "unsubscribe"), datetime.fromisoformat(row["at"]) if "at" in row else None
    try:
        for message_class in sorted(row.get("classes", SUPPRESSIBLE)):
            if told_at and is_lifted_since(row["contact"], message_class, since=told_at):
                continue
            add_suppression(
                contact_id=row["contact"],
                origin=origin,
                reason="Told again after a restore.",
                message_class=message_class,
                by=by,
                now=now,
            )
    except UnknownReference:
        return False
    return True
