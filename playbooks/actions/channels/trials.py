"""A test message through the chosen channel, to the person who asks: sent by the sweep, outside any transaction."""

from datetime import datetime
from email.utils import make_msgid

from django.conf import settings

from playbooks.actions.channels.circuits import note_answer
from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.core.vocabulary import MessageClass
from playbooks.models import ChannelTrial
from playbooks.queries.channels import ChosenChannel, chosen_channel
from playbooks.queries.render import sending_domain
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.text import check_email

WORDS = {
    Receipt.ACCEPTED: "The channel took it.",
    Receipt.TRY_LATER: "The channel could not take it now.",
    Receipt.REFUSED: "The channel refused it.",
    Receipt.UNKNOWN: "Nobody knows whether it left.",
}


def ask_trial(*, to_address: str, by: Actor, now: datetime) -> ChannelTrial:
    """Ask for a test message to one's own address; it leaves within seconds. Raises the errors of an address."""
    return ChannelTrial.objects.create(
        workspace_id=by.workspace_id,
        to_address=check_email(to_address),
        asked_at=now,
        asked_by=by.label[:150],
    )


def send_trials(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Send the test messages that wait, each once, and note what the channel said; returns how many."""
    with in_workspace(by.workspace_id, by=by, why="channel test", now=clock):
        rows = list(ChannelTrial.objects.select_for_update(skip_locked=True).filter(state="waiting")[:5])
        ChannelTrial.objects.filter(id__in=[row.id for row in rows]).update(state="sending")
        chosen = chosen_channel(by.workspace_id)
    for row in rows:
        result = _try(chosen, row)
        with in_workspace(by.workspace_id, by=by, why="channel test", now=clock):
            _note(row, chosen, result, by=by, now=now)
    return len(rows)


def _try(chosen: ChosenChannel, row: ChannelTrial) -> SendResult:
    deliver = chosen.channel.send
    try:
        return deliver(_message(chosen, row))
    except Exception as error:  # a channel that raises breaks its promise; the page says what it said
        return SendResult(receipt=Receipt.UNKNOWN, reason=repr(error)[:300])


def _message(chosen: ChosenChannel, row: ChannelTrial) -> OutgoingMessage:
    text = f"This is a test message of Perennial, asked for by {row.asked_by}. The channel works.\n"
    return OutgoingMessage(
        idem_key=f"trial-{row.workspace_id}-{row.id}",
        message_id=make_msgid(f"trial.{row.id}", domain=sending_domain()),
        message_class=MessageClass.SECURITY.value,
        to_address=row.to_address,
        to_name="",
        from_address=chosen.envelope.from_address or settings.DEFAULT_FROM_EMAIL,
        subject="Test message of Perennial",
        text_body=text,
    )


def _note(row: ChannelTrial, chosen: ChosenChannel, result: SendResult, *, by: Actor, now: datetime) -> None:
    if not chosen.channel.is_instant:
        note_answer(name=f"mail:{chosen.channel.name}", result=result, by=by, now=now)
    row.state = "sent" if result.receipt is Receipt.ACCEPTED else "failed"
    row.channel, row.settled_at = chosen.channel.name, now
    row.answer = f"{WORDS[result.receipt]} {result.reason}".strip()[:300]
    row.save()
