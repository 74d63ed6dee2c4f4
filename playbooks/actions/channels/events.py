"""Keep what a provider told about messages, and do what follows: the address is shut at once, the rest by the sweep.

An event may come twice, in any order, and before our own note that the message was sent.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from playbooks.actions.reactions import record_reaction
from playbooks.actions.served import prove_by_delivery
from playbooks.actions.shut import shut_classes
from playbooks.core.channels.events import (
    SOFT_WINDOW,
    Consequence,
    DeliveryKind,
    DeliveryNote,
    consequence,
    soft_bounces_in_window,
)
from playbooks.models import DeliveryEvent
from playbooks.queries.matching import Match, match_event
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import NamedError

log = logging.getLogger(__name__)
MATCH_FOR = timedelta(hours=1)
"""An event that belongs to no message by then never will: our note of a message is committed within seconds."""
MOST = 200
SUPPRESSED_WORDS = {
    "hard_bounce": "The mail server says that the address does not exist.",
    "complaint": "They reported a message as spam.",
    "unsubscribe": "They asked their mail provider to stop our messages.",
    "soft_bounces": "Three soft bounces within seven days.",
}


@transaction.atomic
def keep_events(*, source: str, notes: Iterable[DeliveryNote], by: Actor, now: datetime) -> int:
    """Keep new events and shut addresses that must not be written to any more; returns how many were new."""
    return sum(_keep(source, note, by=by, now=now) for note in notes)


def settle_events(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Match what could not be matched yet and let the cadence react, each event alone; returns how many ended."""
    with in_workspace(by.workspace_id, by=by, why="delivery events", now=clock):
        waiting = list(
            DeliveryEvent.objects.filter(settled_at__isnull=True).order_by("id").values_list("id", flat=True)[:MOST]
        )
    return sum(_settle_safely(event_id, by=by, now=now, clock=clock) for event_id in waiting)


def _keep(source: str, note: DeliveryNote, *, by: Actor, now: datetime) -> bool:
    match = match_event(own_id=note.own_id, provider_ref=note.provider_ref, source=source, recipient=note.recipient)
    row, is_new = DeliveryEvent.objects.get_or_create(
        workspace_id=by.workspace_id,
        source=source,
        event_key=note.key,
        defaults={
            "message_id": match.message_id,
            "contact_id": match.contact_id,
            "kind": note.kind.value,
            "recipient": note.recipient,
            "provider_ref": note.provider_ref,
            "own_id": note.own_id,
            "detail": note.detail,
            "occurred_at": note.occurred_at,
            "received_at": now,
        },
    )
    if is_new:
        _shut(row, by=by, now=now)
    return is_new


def _settle_safely(event_id: int, *, by: Actor, now: datetime, clock: datetime | None) -> bool:
    try:
        with in_workspace(by.workspace_id, by=by, why="delivery event", now=clock):
            return _settle(event_id, by=by, now=now)
    except DatabaseError:
        raise
    except Exception:  # one event that breaks keeps no other waiting; it is tried again by the next sweep
        log.exception("A delivery event could not be settled.", extra={"event": event_id})
        return False


def _settle(event_id: int, *, by: Actor, now: datetime) -> bool:
    row = DeliveryEvent.objects.select_for_update(skip_locked=True).filter(id=event_id, settled_at=None).first()
    if row is None:
        return False
    match = match_event(own_id=row.own_id, provider_ref=row.provider_ref, source=row.source, recipient=row.recipient)
    if not match.is_by_message and now < row.received_at + MATCH_FOR:
        return False
    if (row.message_id, row.contact_id) != (match.message_id, match.contact_id):
        row.message_id, row.contact_id = match.message_id, match.contact_id
        _shut(row, by=by, now=now)
    if row.kind == DeliveryKind.DELIVERED and row.message is not None:
        if row.message.sent_at is None and now < row.received_at + MATCH_FOR:
            return False
        prove_by_delivery(event=row, message=row.message, by=by, now=now)
    _react(row, match, by=by, now=now)
    row.settled_at = now
    row.save(update_fields=["message", "contact", "settled_at"])
    return True


def _shut(row: DeliveryEvent, *, by: Actor, now: datetime) -> None:
    found = _consequence(row)
    if row.contact_id is None or not found.suppress:
        return
    words = f"{SUPPRESSED_WORDS[found.origin]} {row.detail}".strip()
    why = (found.origin, words[:300])
    shut_classes(contact_id=row.contact_id, classes=found.suppress, why=why, by=by, now=now)


def _react(row: DeliveryEvent, match: Match, *, by: Actor, now: datetime) -> None:
    kind = _consequence(row).reaction
    if not kind or match.account_id is None or match.contact_id is None:
        return
    evidence = {"key": f"{row.source}:{row.event_key}", "message": match.message_id, "text": row.detail}
    try:
        record_reaction(
            by=by,
            now=now,
            account_id=match.account_id,
            contact_id=match.contact_id,
            kind=kind,
            occurred_at=row.occurred_at,
            evidence=evidence,
        )
    except NamedError as error:
        log.warning("The cadence did not take a reaction: %s", error)


def _consequence(row: DeliveryEvent) -> Consequence:
    kind = DeliveryKind(row.kind)
    if kind is not DeliveryKind.BOUNCED_SOFT or row.contact_id is None:
        return consequence(kind)
    since = row.occurred_at - SOFT_WINDOW
    bounced = DeliveryEvent.objects.filter(contact_id=row.contact_id, kind=kind.value, occurred_at__gt=since)
    count = soft_bounces_in_window(bounced.values_list("occurred_at", flat=True), until=row.occurred_at)
    return consequence(kind, soft_bounces=count)
