"""Serve a notice and prove it, call it off with a reason, take it up again, and ask for our own non-renewal."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from renewals.actions.notices.plan import replan_notices
from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import (
    AlreadyClosed,
    DuplicateRecord,
    InvalidInput,
    NoticeOutsideWindow,
    RequiredValueMissing,
    UnknownReference,
)
from renewals.core.notices.rules import NoticeChannel, NoticeSide
from renewals.core.notices.states import AUTOMATIC_REASONS, NoticeState, Service, check_notice_step, is_admissible
from renewals.core.text import check_line, check_text
from renewals.models import Notice, NoticeProof, Renewal
from renewals.queries.notices import window_of_row

PROOF_KINDS = ("posting_receipt", "delivery_receipt", "acknowledgement", "affidavit", "portal_log", "their_notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """What proves a service: which paper, by which channel, on which day it counts, where it is kept."""

    kind: str
    channel: NoticeChannel
    served_on: date
    reference: str
    note: str = ""


@transaction.atomic
def mark_notice_sent(*, notice_id: int, service: Service, by: Actor, now: datetime) -> Notice:
    """Keep that a notice of ours went out; its proof is still owed. The same again changes nothing.

    Raises NoticeOutsideWindow for a day outside the window or ahead, or a channel the rule does not admit: such a
    service is recorded as a proof, which says so. Raises InvalidInput for a notice of theirs, StateNotAllowed.
    """
    row = _lock(notice_id)
    if row.side != NoticeSide.OURS:
        raise InvalidInput("Their notice is not sent by us.", remedy="Record what they sent as a proof.")
    _check_not_ahead(row, service.served_on, now)
    if not is_admissible(service, window_of_row(row), _channels(row)):
        raise NoticeOutsideWindow(
            f"{service.served_on.isoformat()} by {service.channel.value.replace('_', ' ')} does not count here.",
            why=f"Its window is {row.opens_on.isoformat()} to {row.closes_on.isoformat()}.",
            remedy="Record it with its proof instead: it is kept, and the duty stays open.",
        )
    if (row.sent_on, row.sent_channel) == (service.served_on, service.channel.value):
        return row
    check_notice_step(NoticeState(row.state), NoticeState.SENT)
    row.sent_on, row.sent_channel, row.updated_at = service.served_on, service.channel.value, now
    row.state, row.state_reason = NoticeState.SENT.value, ""
    update_rows([row], ["sent_on", "sent_channel", "state", "state_reason", "updated_at"])
    return row


@transaction.atomic
def record_proof(*, notice_id: int, proof: ProofRow, by: Actor, now: datetime) -> NoticeProof:
    """Keep a proof of service for ever; an admissible one makes the notice proven, any other is kept and says so.

    The same reference again returns the first row; with other facts it raises DuplicateRecord. Raises
    NoticeOutsideWindow for a day ahead, InvalidInput, RequiredValueMissing, UnknownReference.
    """
    row = _lock(notice_id)
    if proof.kind not in PROOF_KINDS:
        raise InvalidInput(f"'{proof.kind}' is not a kind of proof.", remedy=f"Allowed: {', '.join(PROOF_KINDS)}.")
    _check_not_ahead(row, proof.served_on, now)
    reference = check_line(proof.reference, label="Reference", is_required=True)
    service = Service(served_on=proof.served_on, channel=proof.channel)
    made, is_new = NoticeProof.objects.get_or_create(
        workspace_id=row.workspace_id,
        notice=row,
        reference=reference,
        defaults={
            "kind": proof.kind,
            "channel": proof.channel.value,
            "served_on": proof.served_on,
            "note": check_text(proof.note, label="Note"),
            "is_admissible": is_admissible(service, window_of_row(row), _channels(row)),
            "recorded_at": now,
            "recorded_by": by.label[:150],
        },
    )
    if not is_new and (made.kind, made.channel, made.served_on) != (proof.kind, proof.channel, proof.served_on):
        raise DuplicateRecord(
            f"There is another proof with the reference '{reference}'.", remedy="Give its own number."
        )
    if made.is_admissible and row.state != NoticeState.PROVEN:
        _settle(row, now)
    return made


@transaction.atomic
def call_notice_off(*, notice_id: int, reason: str, by: Actor, now: datetime) -> Notice:
    """Say why a notice is not needed, or how a missed one was settled. Raises RequiredValueMissing, StateNotAllowed."""
    said = check_line(reason, label="Reason", is_required=True)
    if said in AUTOMATIC_REASONS:
        raise RequiredValueMissing("Say in words why it is not needed.", where="reason")
    row = _lock(notice_id)
    check_notice_step(NoticeState(row.state), NoticeState.NOT_NEEDED)
    row.state, row.state_reason, row.level, row.escalated_at = NoticeState.NOT_NEEDED.value, said, 0, None
    row.updated_at = now
    update_rows([row], ["state", "state_reason", "level", "escalated_at", "updated_at"])
    return row


@transaction.atomic
def take_notice_up(*, notice_id: int, by: Actor, now: datetime) -> Notice:
    """Take back that a notice is not needed: it stands where its days say. Any other one stays as it is."""
    row = _lock(notice_id)
    if row.state == NoticeState.NOT_NEEDED:
        # An automatic reason is one the plan may overrule; the plan then decides from the days.
        row.state_reason, row.updated_at = "rule_gone", now
        update_rows([row], ["state_reason", "updated_at"])
        ending = [row.renewal_id] if row.kind == "non_renewal" else []
        replan_notices(renewal_ids=[row.renewal_id], by=by, now=now, ending=ending)
        row.refresh_from_db()
    return row


def plan_non_renewal(*, renewal_id: int, by: Actor, now: datetime) -> Notice:
    """Plan our own notice that the contract shall not renew; the second call returns the first notice.

    Raises AlreadyClosed, and InvalidInput for a contract without an end.
    """
    with transaction.atomic():
        renewal = Renewal.objects.filter(id=renewal_id).first()
        if renewal is None:
            raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.")
        if renewal.closed_on is not None:
            raise AlreadyClosed(f"This renewal was closed on {renewal.closed_on.isoformat()}.")
        replan_notices(renewal_ids=[renewal_id], by=by, now=now, ending=[renewal_id])
        row = Notice.objects.filter(renewal_id=renewal_id, kind="non_renewal").first()
        if row is None:
            raise InvalidInput("This contract has no end, so there is nothing to give notice of.")
        return row if row.state != NoticeState.NOT_NEEDED else take_notice_up(notice_id=row.id, by=by, now=now)


def _lock(notice_id: int) -> Notice:
    found = Notice.objects.filter(id=notice_id).values_list("renewal_id", flat=True).first()
    if found is not None:
        Renewal.objects.select_for_update(no_key=True).filter(id=found).first()
    row = Notice.objects.select_for_update().filter(id=notice_id).first()
    if row is None:
        raise UnknownReference(f"There is no notice {notice_id} in this workspace.")
    return row


def _channels(row: Notice) -> tuple[NoticeChannel, ...]:
    return tuple(NoticeChannel(channel) for channel in row.channels)


def _check_not_ahead(row: Notice, served_on: date, now: datetime) -> None:
    if served_on > local_date(now, row.zone):
        raise NoticeOutsideWindow(f"{served_on.isoformat()} is still ahead.", remedy="Record it once it has happened.")


def _settle(row: Notice, now: datetime) -> None:
    check_notice_step(NoticeState(row.state), NoticeState.PROVEN)
    row.state, row.state_reason, row.level, row.escalated_at = NoticeState.PROVEN.value, "", 0, None
    row.updated_at = now
    update_rows([row], ["state", "state_reason", "level", "escalated_at", "updated_at"])
