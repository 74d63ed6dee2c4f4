"""What a person does with a message: approve a draft, call one off, say whether one in doubt arrived."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from playbooks.actions.bulk import insert_rows
from playbooks.actions.calling_off import call_off_messages, is_doubtful
from playbooks.actions.served import serve_by_word
from playbooks.actions.step_rows import shown
from playbooks.actions.touches import release_touch
from playbooks.core.errors import MessageGone
from playbooks.core.facts import reason
from playbooks.core.keys import decision_key
from playbooks.core.states import MESSAGE_TRANSITIONS, MessageState, can_move
from playbooks.models import Decision, Enrolment, Message, Task
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference


def approve_message(*, message_id: int, by: Actor, now: datetime) -> Message:
    """Let a draft or a parked message go; it is checked once more before it leaves. A second approval changes nothing.

    One in its veto window does not wait for the end of it. Raises UnknownReference, MessageGone.
    """
    return _move(
        message_id, MessageState.QUEUED, ("draft", "parked"), _said("approved", by=by, now=now), by=by, now=now
    )


def object_to_message(*, message_id: int, why: str, by: Actor, now: datetime) -> Message:
    """Object to a message in its veto window: it never leaves. Whoever comes second, this or the send, loses.

    Raises UnknownReference, and MessageGone once it is on its way.
    """
    return _move(
        message_id, MessageState.CANCELLED, ("queued",), _said("objected", why, by=by, now=now), by=by, now=now
    )


def cancel_message(*, message_id: int, by: Actor, now: datetime) -> Message:
    """Call off a message that has not left; one that may have left is in doubt then, and never tried again.

    Raises UnknownReference, MessageGone once it is on its way.
    """
    return _move(
        message_id,
        MessageState.CANCELLED,
        ("draft", "parked", "queued"),
        _said("called_off", by=by, now=now),
        by=by,
        now=now,
    )


def settle_doubt(*, message_id: int, has_arrived: bool, by: Actor, now: datetime) -> Message:
    """Note what a person found out about a message in doubt: it arrived, or it did not and is given up.

    Raises UnknownReference, MessageGone.
    """
    state = MessageState.SENT if has_arrived else MessageState.CANCELLED
    code = "arrived_after_all" if has_arrived else "did_not_arrive"
    return _move(message_id, state, ("in_doubt",), _said(code, by=by, now=now), by=by, now=now)


def _move(
    message_id: int, state: MessageState, sources: tuple[str, ...], said: dict[str, str], *, by: Actor, now: datetime
) -> Message:
    with transaction.atomic():
        message = _locked(message_id)
        is_in_window = state is MessageState.QUEUED and message.state == state and message.veto_until_at is not None
        if message.state == state and not (is_in_window and message.next_at > now):
            return message
        if is_in_window:
            sources = (*sources, MessageState.QUEUED)
        is_known = is_in_window or can_move(MessageState(message.state), state, MESSAGE_TRANSITIONS)
        if message.state not in sources or not is_known:
            raise MessageGone(f"The message is {message.state}.", where=f"Message {message_id}")
        if state is MessageState.CANCELLED and is_doubtful(message):
            call_off_messages(Message.objects.filter(id=message_id), reason(**said), now=now)
            message.refresh_from_db()
            return message
        message.state = state
        message.reasons = [*message.reasons, said]
        if state is MessageState.QUEUED:
            message.next_at = now
        if state is MessageState.SENT:
            message.sent_at = now
        message.save()
        if said["code"] == "approved":
            insert_rows(Decision, [_approval_row(message, said, now=now)], ignore_conflicts=True)
        if said["code"] == "arrived_after_all":
            _note_arrival(message, said, by=by, now=now)
        if said["code"] == "did_not_arrive":
            release_touch(message_id=message.id, now=now)
        about = Q(message=message)
        if message.veto_until_at is not None:
            about |= Q(step_run_id=message.step_run_id)
        Task.objects.filter(about, state__in=("open", "snoozed")).update(
            state="cancelled", ended_reason=said["code"], updated_at=now
        )
        return message


def _said(code: str, why: str = "", *, by: Actor, now: datetime) -> dict[str, str]:
    words = {"why": why.strip()[:300]} if why.strip() else {}
    return {"code": code, "by": by.label, "at": now.isoformat(), **words}


def _note_arrival(message: Message, said: dict[str, str], *, by: Actor, now: datetime) -> None:
    """A notice that arrived after all has served its duty, with the person's word as its proof; the log keeps both."""
    served = shown(serve_by_word(message=message, by=by, now=now))
    row = _approval_row(message, said, now=now)
    row |= {"verdict": "arrived", "reasons": [said, *served]}
    row["key"] = decision_key("arrived", message.workspace_id, message.id)
    insert_rows(Decision, [row], ignore_conflicts=True)


def _approval_row(message: Message, said: dict[str, str], *, now: datetime) -> dict[str, object]:
    """The log keeps an approval for good: a message's own reasons are those of its last change."""
    return {
        "workspace_id": message.workspace_id,
        "key": decision_key("approved", message.workspace_id, message.id, now.isoformat()),
        "kind": "send",
        "verdict": "approved",
        "account_id": message.account_id,
        "renewal_id": message.enrolment.renewal_id,
        "enrolment_id": message.enrolment_id,
        "step_key": message.step_run.step_key,
        "rule_version": said["by"][:80],
        "reasons": [said],
        "inputs": {"message": message.id},
        "decided_at": now,
    }


def _locked(message_id: int) -> Message:
    enrolment = Message.objects.filter(id=message_id).values_list("enrolment_id", flat=True).first()
    Enrolment.objects.select_for_update(no_key=True).filter(id=enrolment).first()
    message = Message.objects.select_for_update().filter(id=message_id).first()
    if message is None:
        raise UnknownReference(f"Message {message_id} is not in this workspace.", where="message")
    return message
