"""To which message and contact something from outside belongs. Asks in the workspace one is in."""

from collections.abc import Iterable
from dataclasses import dataclass

from playbooks.models import Meeting, Message
from playbooks.queries.reply_addresses import read_reply_address
from renewals.models import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What was found; `is_by_message` tells a match by our own message from one by the address alone."""

    message_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None

    @property
    def is_by_message(self) -> bool:
        """Answer whether it belongs to one of our messages."""
        return self.message_id is not None


NOBODY = Match()


def match_event(*, own_id: str, provider_ref: str, source: str, recipient: str) -> Match:
    """Return what a delivery event belongs to: by our Message-ID, else the provider's reference, else the address."""
    rows = Message.objects.select_related("contact")
    row = rows.filter(message_id=own_id).first() if own_id else None
    if row is None and provider_ref:
        row = rows.filter(provider_ref=provider_ref, channel=source).first()
    if row is None:
        return match_address(recipient)
    is_the_addressee = recipient in ("", row.to_address.lower())
    return _of(row) if is_the_addressee else Match(message_id=row.id, account_id=row.account_id)


def match_mail(*, workspace_id: int, to_addresses: Iterable[str], answers: Iterable[str], sender: str) -> Match:
    """Return what a mail belongs to: by the address it came to, else what it answers, else its sender."""
    for address in to_addresses:
        number = read_reply_address(address, workspace_id=workspace_id)
        row = Message.objects.filter(id=number).first() if number else None
        if row is not None:
            return _of(row)
    wanted = list(answers)[:50]
    found = {row.message_id: row for row in Message.objects.filter(message_id__in=wanted)}
    nearest = next((found[each] for each in wanted if each in found), None)
    return _of(nearest) if nearest else match_address(sender)


def match_address(address: str) -> Match:
    """Return the contact with this address, if there is exactly one in the workspace."""
    if not address:
        return NOBODY
    rows = list(Contact.objects.filter(email__iexact=address).values_list("id", "account_id")[:2])
    return Match(contact_id=rows[0][0], account_id=rows[0][1]) if len(rows) == 1 else NOBODY


def last_invitation(meeting: Meeting) -> Message | None:
    """Return the message that carried the version of the invitation that stands, None while it has not left."""
    sent = Message.objects.filter(step_run_id=meeting.step_run_id, sent_at__isnull=False).exclude(calendar_method="")
    return sent.order_by("-revision").first()


def _of(row: Message) -> Match:
    return Match(message_id=row.id, contact_id=row.contact_id, account_id=row.account_id)
