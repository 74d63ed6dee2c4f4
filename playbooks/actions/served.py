"""What a playbook's e-mail does to the notices we owe: accepted it serves them, delivered it proves them.

A message that has left is never undone by a refusal here: the log says so, and the duty keeps its tasks.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from playbooks.actions.notices import prove_notice, serve_notice
from playbooks.core.duties import Duty
from playbooks.core.facts import Reason, reason
from playbooks.core.vocabulary import MessageClass
from playbooks.models import DeliveryEvent, Message
from playbooks.queries.duties import duties_of, served_by_mail
from renewals.actions.notices.serve import ProofRow
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import NamedError
from renewals.core.notices.rules import NoticeChannel, NoticeCounts
from renewals.core.notices.states import Service
from renewals.queries.notices import Notice

log = logging.getLogger(__name__)


def serve_by_mail(*, duties: Iterable[Duty], by: Actor, now: datetime) -> tuple[Reason, ...]:
    """Mark as sent every duty whose window is open; returns what became of each. The same again changes nothing."""
    return tuple(_serve(duty, by=by, now=now) for duty in duties if duty.is_open(now=now))


def prove_by_delivery(*, event: DeliveryEvent, message: Message, by: Actor, now: datetime) -> int:
    """Record the provider's word that the message arrived as proof of what it served; returns how many notices."""
    if message.message_class != MessageClass.CONTRACTUAL_NOTICE or message.sent_at is None:
        return 0
    mine = [row for row in served_by_mail(message) if row.sent_on == local_date(message.sent_at, row.zone)]
    return sum(_prove(row, event, message, by=by, now=now) for row in mine)


def serve_by_word(*, message: Message, by: Actor, now: datetime) -> tuple[Reason, ...]:
    """Serve and prove what a message in doubt serves, once a person has confirmed that it arrived.

    It was sent on the day of its attempt. Where receipt counts, only the day of the confirmation is certain.
    """
    if message.message_class != MessageClass.CONTRACTUAL_NOTICE or message.sending_at is None:
        return ()
    sent_at = message.sending_at
    duties = duties_of({message.enrolment.renewal_id}).get(message.enrolment.renewal_id, ())
    told = [_serve(duty, by=by, now=sent_at) for duty in duties if duty.is_open(now=sent_at)]
    mine = [row for row in served_by_mail(message) if row.sent_on == local_date(sent_at, row.zone)]
    for row in mine:
        received = row.rule.get("counts") == NoticeCounts.RECEIVED.value
        proof = ProofRow(
            kind="acknowledgement",
            channel=NoticeChannel.EMAIL,
            served_on=local_date(now if received else sent_at, row.zone),
            reference=message.message_id[:200],
            note=f"{by.label} confirmed after doubt that the message arrived.",
        )
        if _proved(row, proof, by=by, now=now):
            told.append(reason("notice_confirmed", notice=row.id, served_on=proof.served_on, by=by.label))
    return tuple(told)


def _serve(duty: Duty, *, by: Actor, now: datetime) -> Reason:
    service = Service(served_on=local_date(now, duty.zone), channel=NoticeChannel.EMAIL)
    try:
        with transaction.atomic():
            serve_notice(notice_id=duty.notice_id, service=service, by=by, now=now)
    except NamedError as error:
        return reason("notice_not_served", notice=duty.notice_id, what=error.what)
    return reason("notice_served", notice=duty.notice_id, served_on=service.served_on)


def _prove(row: Notice, event: DeliveryEvent, message: Message, by: Actor, now: datetime) -> bool:
    proof = ProofRow(
        kind="delivery_receipt",
        channel=NoticeChannel.EMAIL,
        served_on=_counted_on(row, event.occurred_at),
        reference=message.message_id[:200],
        note=f"{event.source} told that the message was delivered at {event.occurred_at.isoformat()}.",
    )
    return _proved(row, proof, by=by, now=now)


def _proved(row: Notice, proof: ProofRow, *, by: Actor, now: datetime) -> bool:
    try:
        with transaction.atomic():
            prove_notice(notice_id=row.id, proof=proof, by=by, now=now)
    except NamedError as error:
        log.warning("A message did not prove a notice: %s", error)
        return False
    return True


def _counted_on(row: Notice, arrived_at: datetime) -> date:
    """The day that counts under the rule: the one it was sent on, or the one it arrived."""
    if row.rule.get("counts") == NoticeCounts.RECEIVED.value:
        return local_date(arrived_at, row.zone)
    return row.sent_on or local_date(arrived_at, row.zone)
