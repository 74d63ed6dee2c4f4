"""Send the mails of pages that wait, outside any transaction; a worker that dies in between strands none.

Each mail is marked right before it is handed over, for a lease; what has an expired lease is taken up again. Its key
and its message id never change, so that a channel which honours keys, or a mail program, knows it from its first try.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from playbooks.actions.channels.circuits import is_shut, note_answer
from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.core.page_mail import LEASE, MOST_ATTEMPTS, RETRY_AFTER, may_be_tried_again
from playbooks.core.vocabulary import MessageClass
from playbooks.models import PageMail
from playbooks.queries.channels import ChosenChannel, chosen_channel
from playbooks.queries.render import sending_domain
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.queries.workspaces import workspace

MOST = 20
STATES = {Receipt.ACCEPTED: "sent", Receipt.REFUSED: "failed", Receipt.UNKNOWN: "failed"}
DIED = "The worker that sent it died; nobody knows whether it left."


def send_page_mails(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Send what waits, unless sending is paused or the channel is shut; returns how many were tried."""
    done = 0
    while done < MOST:
        with in_workspace(by.workspace_id, by=by, why="mails of pages", now=clock):
            chosen = chosen_channel(by.workspace_id)
            row = _claimed(chosen, by.workspace_id, now=now)
        if row is None:
            break
        done += 1
        result = _try(chosen, row)
        with in_workspace(by.workspace_id, by=by, why="mails of pages", now=clock):
            _note(row, chosen, result, by=by, now=now)
    return done


def _claimed(chosen: ChosenChannel, workspace_id: int, *, now: datetime) -> PageMail | None:
    """Mark the next mail for a lease and return it; one that may have left already is settled instead."""
    if workspace(workspace_id).sending_paused_at is not None or is_shut(_circuit(chosen), now=now):
        return None
    has_key = chosen.channel.honours_idempotency_key
    due = PageMail.objects.select_for_update(skip_locked=True).filter(state__in=("waiting", "sending"))
    is_due = Q(next_at__lte=now) | Q(state="sending", next_at__gt=now + 2 * LEASE)  # the clock has been put back
    for row in due.filter(is_due).order_by("next_at", "id")[:MOST]:
        if row.state == "waiting" or may_be_tried_again(row.attempts, has_key=has_key):
            row.state, row.attempts, row.next_at = "sending", row.attempts + 1, now + LEASE
            row.save(update_fields=["state", "attempts", "next_at"])
            return row
        row.state, row.answer, row.settled_at = "failed", DIED, now
        row.save(update_fields=["state", "answer", "settled_at"])
    return None


def _circuit(chosen: ChosenChannel) -> str:
    return f"mail:{chosen.channel.name}"


def _try(chosen: ChosenChannel, row: PageMail) -> SendResult:
    deliver = chosen.channel.send
    try:
        return deliver(_message(chosen, row))
    except Exception as error:  # a channel that raises breaks its promise; nobody knows whether it left
        return SendResult(receipt=Receipt.UNKNOWN, reason=repr(error)[:300])


def _message(chosen: ChosenChannel, row: PageMail) -> OutgoingMessage:
    return OutgoingMessage(
        idem_key=f"page-{row.workspace_id}-{row.id}",
        message_id=f"<page.{row.workspace_id}.{row.id}.{row.mail_key}@{sending_domain()}>",
        message_class=MessageClass.SECURITY.value,
        to_address=row.to_address,
        to_name=row.to_name,
        from_address=chosen.envelope.from_address or settings.DEFAULT_FROM_EMAIL,
        subject=row.subject,
        text_body=row.text_body,
        html_body=row.html_body,
        headers={"List-Unsubscribe": f"<{settings.PUBLIC_URL.rstrip('/')}/subscriptions/>"},
    )


def _note(row: PageMail, chosen: ChosenChannel, result: SendResult, *, by: Actor, now: datetime) -> None:
    if not chosen.channel.is_instant:
        note_answer(name=_circuit(chosen), result=result, by=by, now=now)
    state = STATES.get(result.receipt, "waiting" if row.attempts < MOST_ATTEMPTS else "failed")
    values = {"answer": result.reason[:300], "state": state}
    values |= {"next_at": now + RETRY_AFTER} if state == "waiting" else {"settled_at": now}
    # Whoever took it up after the lease has counted one attempt more: what is known then is theirs to say.
    PageMail.objects.filter(id=row.id, state="sending", attempts=row.attempts).update(**values)
