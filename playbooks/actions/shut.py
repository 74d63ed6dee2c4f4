"""Shut classes of message for a contact: the suppression, what waits, and the line kept beside the database."""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from playbooks.actions.calling_off import call_off_messages
from playbooks.core.facts import reason
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Message
from renewals.actions.suppressions import ALL_CLASSES, add_suppression
from renewals.core.actors import Actor

LEDGER = "unsubscribes.jsonl"


@transaction.atomic
def shut_classes(*, contact_id: int, classes: Collection[str], why: tuple[str, str], by: Actor, now: datetime) -> int:
    """Suppress classes for a contact and call off what waits in them; returns how many messages that were.

    `why` is the origin and the words behind it. A second call changes nothing. It is also written to a file before
    the answer, so that a restored or promoted database can be told again. Raises UnknownReference.
    """
    for message_class in sorted(classes):
        add_suppression(
            contact_id=contact_id, origin=why[0], reason=why[1], message_class=message_class, by=by, now=now
        )
    shut = [each.value for each in MessageClass] if ALL_CLASSES in classes else sorted(classes)
    waiting = not_owed(contact_id).filter(message_class__in=shut)
    called_off = call_off_messages(waiting, reason("suppressed", contact=contact_id), now=now)
    line = {"workspace": by.workspace_id, "contact": contact_id, "at": now.isoformat(), "classes": sorted(classes)}
    _write_line(line | {"origin": why[0]})
    return called_off


def not_owed(contact_id: int) -> QuerySet[Message]:
    """Return the messages to a contact but notices and invitations.

    What those need instead is the guards' to say, when their turn comes: another way, by a person.
    """
    messages = Message.objects.filter(contact_id=contact_id, calendar_method="")
    return messages.exclude(message_class=MessageClass.CONTRACTUAL_NOTICE.value)


def _write_line(line: dict[str, Any]) -> None:
    path = Path(settings.PERENNIAL_HOME)
    path.mkdir(parents=True, exist_ok=True)
    with (path / LEDGER).open("a") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
