"""Keep a mail that came in and let the cadence react to what it is. The same mail twice changes nothing."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from playbooks.actions.channels.events import keep_events
from playbooks.actions.channels.rsvps import take_rsvp
from playbooks.actions.reactions import record_reaction
from playbooks.channels.tracking import ReceivedMail
from playbooks.core.channels.events import DeliveryKind, DeliveryNote
from playbooks.core.channels.inbound import InboundKind, InboundMail, InboundReading, named_ids, read_inbound
from playbooks.core.channels.rsvps import read_rsvp
from playbooks.models import InboundMessage
from playbooks.queries.matching import Match, last_invitation, match_mail
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import NamedError

log = logging.getLogger(__name__)
MATCH_FOR = timedelta(hours=1)
MOST = 200
BOUNCES = {
    InboundKind.BOUNCED_HARD: DeliveryKind.BOUNCED_HARD,
    InboundKind.BOUNCED_SOFT: DeliveryKind.BOUNCED_SOFT,
}
REACTIONS = {InboundKind.REPLY: "reply", InboundKind.OUT_OF_OFFICE: "out_of_office"}
LONGEST_EVIDENCE = 2000


@transaction.atomic
def keep_mail(*, mail: ReceivedMail, by: Actor, now: datetime) -> InboundMessage:
    """Keep a mail with what it was read as; returns the first one kept when it was known."""
    reading = read_inbound(
        InboundMail(
            headers=mail.headers,
            subject=mail.subject,
            text=mail.text,
            received_on=now.date(),
            calendar=mail.calendar,
        )
    )
    answers = _answers(mail, reading)
    match = _match(mail.to_addresses, answers, mail.from_address, reading.kind, by=by)
    row, is_new = InboundMessage.objects.get_or_create(
        workspace_id=by.workspace_id,
        message_key=mail.message_key,
        defaults={
            "message_id": match.message_id,
            "contact_id": match.contact_id,
            "kind": reading.kind.value,
            "mark": reading.mark,
            "returns_on": reading.returns_on,
            "from_address": mail.from_address,
            "answers": [*answers, *(address for address in mail.to_addresses if address.startswith("r+"))][:60],
            "subject": mail.subject,
            "text_body": mail.text,
            "calendar_text": mail.calendar if reading.kind is InboundKind.RSVP else "",
            "occurred_at": now,
            "received_at": now,
        },
    )
    if is_new and reading.kind in BOUNCES and match.is_by_message:
        keep_events(source="mail", notes=[_bounce(row, BOUNCES[reading.kind], mail.text)], by=by, now=now)
    return row


def settle_inbound(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Match what could not be matched yet and let the cadence react, each mail alone; returns how many ended."""
    with in_workspace(by.workspace_id, by=by, why="inbound mail", now=clock):
        rows = InboundMessage.objects.filter(settled_at__isnull=True).order_by("id")
        waiting = list(rows.values_list("id", flat=True)[:MOST])
    return sum(_settle_safely(row_id, by=by, now=now, clock=clock) for row_id in waiting)


def _settle_safely(row_id: int, *, by: Actor, now: datetime, clock: datetime | None) -> bool:
    try:
        with in_workspace(by.workspace_id, by=by, why="inbound mail", now=clock):
            return _settle(row_id, by=by, now=now)
    except DatabaseError:
        raise
    except Exception:  # one mail that breaks keeps no other waiting; it is tried again by the next sweep
        log.exception("A mail could not be settled.", extra={"mail": row_id})
        return False


def _settle(row_id: int, *, by: Actor, now: datetime) -> bool:
    row = InboundMessage.objects.select_for_update(skip_locked=True).filter(id=row_id, settled_at=None).first()
    if row is None:
        return False
    kind = InboundKind(row.kind)
    if kind is InboundKind.RSVP:
        return _settle_rsvp(row, by=by, now=now)
    match = _match(row.answers, row.answers, row.from_address, kind, by=by)
    if not match.is_by_message and match.account_id is None and now < row.received_at + MATCH_FOR:
        return False
    row.message_id, row.contact_id = match.message_id, match.contact_id
    if kind in REACTIONS and match.account_id is not None:
        _react(row, match, REACTIONS[kind], by=by, now=now)
    row.settled_at = now
    row.save(update_fields=["message", "contact", "settled_at"])
    return True


def _settle_rsvp(row: InboundMessage, *, by: Actor, now: datetime) -> bool:
    """An answer belongs to the invitation it names, whoever forwarded it; one that names none of ours does nothing."""
    rsvp = read_rsvp(row.calendar_text)
    meeting = take_rsvp(rsvp=rsvp, by=by, now=now) if rsvp else None
    if meeting is not None:
        row.message, row.contact_id = last_invitation(meeting), meeting.contact_id
    row.settled_at = now
    row.save(update_fields=["message", "contact", "settled_at"])
    return True


def _match(
    to_addresses: tuple[str, ...] | list[str],
    answers: tuple[str, ...] | list[str],
    sender: str,
    kind: InboundKind,
    *,
    by: Actor,
) -> Match:
    """A bounce is believed only where it names our message: its sender is a mail server, and anybody can write one."""
    named = "" if kind in BOUNCES else sender
    return match_mail(workspace_id=by.workspace_id, to_addresses=to_addresses, answers=answers, sender=named)


def _react(row: InboundMessage, match: Match, reaction: str, *, by: Actor, now: datetime) -> None:
    evidence = {
        "key": f"mail:{row.message_key}",
        "message": match.message_id,
        "subject": row.subject,
        "text": row.text_body[:LONGEST_EVIDENCE],
        "return_on": row.returns_on.isoformat() if row.returns_on else "",
    }
    try:
        record_reaction(
            by=by,
            now=now,
            account_id=match.account_id,
            contact_id=match.contact_id,
            kind=reaction,
            occurred_at=row.occurred_at,
            evidence=evidence,
        )
    except NamedError as error:
        log.warning("The cadence did not take a reaction: %s", error)


def _answers(mail: ReceivedMail, reading: InboundReading) -> tuple[str, ...]:
    """Return the Message-IDs a mail answers; a bounce quotes the headers of what came back in its text."""
    if reading.kind not in BOUNCES:
        return named_ids(mail.headers)
    quoted = [line.partition(":")[2] for line in mail.text.splitlines() if line.lower().startswith("message-id:")]
    return tuple(dict.fromkeys((*named_ids(mail.headers), *named_ids({"references": " ".join(quoted)}))))


def _bounce(row: InboundMessage, kind: DeliveryKind, text: str) -> DeliveryNote:
    said = next((line for line in text.splitlines() if line.lower().startswith("diagnostic-code")), row.mark)
    return DeliveryNote(
        key=f"{kind.value}:{row.message_key}"[:200],
        kind=kind,
        occurred_at=row.occurred_at,
        recipient="",
        provider_ref="",
        own_id=row.message.message_id,
        detail=said[:300],
    )
