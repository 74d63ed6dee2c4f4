"""Send the mails of pages that wait, outside any transaction; a worker that dies in between sends none twice."""

from datetime import datetime
from email.utils import make_msgid

from django.conf import settings

from playbooks.actions.channels.circuits import is_shut, note_answer
from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.core.page_mail import MOST_ATTEMPTS, RETRY_AFTER
from playbooks.core.vocabulary import MessageClass
from playbooks.models import PageMail
from playbooks.queries.channels import ChosenChannel, chosen_channel
from playbooks.queries.render import sending_domain
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.queries.workspaces import workspace

MOST = 20
STATES = {Receipt.ACCEPTED: "sent", Receipt.REFUSED: "failed", Receipt.UNKNOWN: "failed"}


def send_page_mails(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Send what waits, unless sending is paused or the channel is shut; returns how many were tried."""
    with in_workspace(by.workspace_id, by=by, why="mails of pages", now=clock):
        chosen = chosen_channel(by.workspace_id)
        rows = _claimed(chosen, by.workspace_id, now=now)
    for row in rows:
        result = _try(chosen, row)
        with in_workspace(by.workspace_id, by=by, why="mails of pages", now=clock):
            _note(row, chosen, result, by=by, now=now)
    return len(rows)


def _claimed(chosen: ChosenChannel, workspace_id: int, *, now: datetime) -> list[PageMail]:
    if workspace(workspace_id).sending_paused_at is not None or is_shut(_circuit(chosen), now=now):
        return []
    due = PageMail.objects.select_for_update(skip_locked=True).filter(state="waiting", next_at__lte=now)
    rows = list(due.order_by("next_at", "id")[:MOST])
    PageMail.objects.filter(id__in=[row.id for row in rows]).update(state="sending")
    return rows


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
        message_id=make_msgid(f"page.{row.id}", domain=sending_domain()),
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
    row.attempts, row.answer = row.attempts + 1, result.reason[:300]
    row.state = STATES.get(result.receipt, "waiting" if row.attempts < MOST_ATTEMPTS else "failed")
    if row.state == "waiting":
        row.next_at = now + RETRY_AFTER
    else:
        row.settled_at = now
    row.save()
