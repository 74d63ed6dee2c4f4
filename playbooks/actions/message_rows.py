"""A message as the sender sees it, and the rows its end leads to: tasks and log entries. Writes none."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings

from playbooks.actions.step_rows import Row, decision_row, shown
from playbooks.channels.base import BARE, Attachment, Envelope, OutgoingMessage
from playbooks.core.facts import Reason
from playbooks.core.keys import decision_key
from playbooks.core.states import TaskState
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Message
from playbooks.queries.case_facts import StepCase
from playbooks.queries.reply_addresses import reply_address
from playbooks.queries.unsubscribe_links import unsubscribe_url
from renewals.core.dates import add_business_days, local_date
from renewals.core.records import TouchpointRow

SUPPRESSIBLE = frozenset({MessageClass.RELATIONSHIP.value, MessageClass.MARKETING.value})
TASK_TITLES = {
    "in_doubt": "Did it arrive? {subject}",
    "failed": "Could not be sent: {subject}",
    "parked": "Needs you before it can go: {subject}",
    "queued": "Second way needed: {subject}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What the sender needs of a message; `fence` is the fence this sender holds once it has marked it."""

    id: int
    workspace_id: int
    step_run_id: int
    account_id: int
    contact_id: int
    state: str
    fence: int
    attempts: int
    message_class: str
    message_id: str
    idem_key: str
    to_address: str
    to_name: str
    subject: str
    text_body: str
    html_body: str
    is_correction: bool
    calendar_method: str
    calendar_text: str
    may_have_left: bool
    is_copy: bool
    created_at: datetime
    first_sending_at: datetime | None
    not_after_at: datetime


FACT_NAMES = tuple(MessageFacts.__dataclass_fields__)


def load_messages(ids: list[int]) -> list[MessageFacts]:
    """Return these messages in the order of their turn."""
    rows = Message.objects.filter(id__in=ids).order_by("next_at", "id").values(*FACT_NAMES)
    return [MessageFacts(**row) for row in rows]


def outgoing(message: MessageFacts, envelope: Envelope = BARE) -> OutgoingMessage:
    """Return what is handed to the channel: the frozen text, our keys, and one-click headers where they are due."""
    text, html = message.text_body, message.html_body
    if message.is_copy and message.first_sending_at:
        notice = f"This is a copy of the notice dated {format_datetime(message.first_sending_at)}."
        text, html = f"{notice}\n\n{text}", f"<p>{notice}</p>\n{html}" if html else ""
    return OutgoingMessage(
        idem_key=message.idem_key,
        message_id=message.message_id,
        message_class=message.message_class,
        to_address=message.to_address,
        to_name=message.to_name,
        from_address=envelope.from_address or settings.DEFAULT_FROM_EMAIL,
        subject=message.subject,
        text_body=text,
        html_body=html,
        headers=_headers(message, envelope),
        attachments=_invitation(message),
    )


def _invitation(message: MessageFacts) -> tuple[Attachment, ...]:
    if not message.calendar_text:
        return ()
    kind = {"method": message.calendar_method, "charset": "UTF-8"}
    return (
        Attachment(
            name="invite.ics",
            content=message.calendar_text,
            content_type="text/calendar",
            parameters=kind,
            is_body=True,
        ),
    )


def _headers(message: MessageFacts, envelope: Envelope) -> dict[str, str]:
    headers = {}
    if envelope.reply_domain:
        place = {"workspace_id": message.workspace_id, "message_id": message.id}
        headers["Reply-To"] = reply_address(domain=envelope.reply_domain, **place)
    if message.message_class in SUPPRESSIBLE:
        url = unsubscribe_url(workspace_id=message.workspace_id, contact_id=message.contact_id)
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def message_task(
    message: MessageFacts, case: StepCase, state: str, reasons: tuple[Reason, ...], *, now: datetime
) -> Row:
    """Return the task that tells the renewal's owner what happened to a message; one per message and outcome."""
    today = local_date(now, case.plan.zone.name)
    return {
        "workspace_id": message.workspace_id,
        "origin_key": f"message:{message.id}:{state}",
        "enrolment_id": case.enrolment_id,
        "message_id": message.id,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "assignee_id": case.owners["renewal"],
        "title": TASK_TITLES[state].format(subject=message.subject)[:200],
        "why": shown(reasons),
        "outcomes": [],
        "due_on": add_business_days(today, 1, case.plan.calendar),
        "state": TaskState.OPEN.value,
        "created_at": now,
        "updated_at": now,
    }


def send_decision(
    message: MessageFacts, case: StepCase, verdict: str, reasons: tuple[Reason, ...], *, now: datetime
) -> Row:
    """Return the log entry of one look at a message: the fence says which look it was."""
    key = decision_key("send", message.workspace_id, message.id, message.fence, verdict, now.isoformat())
    return decision_row(case, "send", verdict, reasons, key=key, now=now)


def message_touch(message: MessageFacts, case: StepCase, *, now: datetime) -> TouchpointRow:
    """Return the ledger entry of a message that was sent; its origin key is the message itself."""
    return TouchpointRow(
        account_id=case.account_id,
        contact_id=message.contact_id,
        renewal_id=case.renewal_id,
        occurred_at=now,
        channel="email",
        subject=message.subject,
        is_automated=True,
        origin=f"{case.rule_version}, {case.step_key}"[:60],
        origin_key=f"message:{message.id}",
    )
