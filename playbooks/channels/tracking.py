"""Read what a provider sends us: delivery events and mail that came in, after its signature has been checked.

Turns each provider's form (through django-anymail) into the core's plain notes. Keeps nothing and decides nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView

from playbooks.core.channels.events import DeliveryKind, DeliveryNote
from playbooks.core.channels.providers import PROVIDERS
from signals.core.sources.signatures import Message, SignatureWrong, verified_id

EVENT_USER = "perennial"
TRACKING = {
    "resend": ResendTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
}
INBOUND = {"postmark": PostmarkInboundWebhookView, "mailgun": MailgunInboundWebhookView}
KINDS = {
    "delivered": DeliveryKind.DELIVERED,
    "deferred": DeliveryKind.DEFERRED,
    "bounced": DeliveryKind.BOUNCED_HARD,
    "rejected": DeliveryKind.REFUSED,
    "failed": DeliveryKind.REFUSED,
    "complained": DeliveryKind.COMPLAINED,
    "opened": DeliveryKind.OPENED,
    "clicked": DeliveryKind.CLICKED,
    "unsubscribed": DeliveryKind.UNSUBSCRIBED,
}
SOFT_WORDS = ("inbox was full", "mailbox full", "over quota", "temporar", "general bounce", "try again")
LONGEST_TEXT = 20_000


class EventUnreadable(ValueError):
    """It is signed, but not in the provider's form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail that came in, as plain values; headers by lower-case name."""

    message_key: str
    headers: Mapping[str, str]
    from_address: str
    to_addresses: tuple[str, ...]
    subject: str
    text: str
    calendar: str = ""


def read_events(request: Any, *, provider: str, secret: str, now: datetime) -> tuple[DeliveryNote, ...]:
    """Return the events in a request of the provider; raise SignatureWrong or EventUnreadable."""
    view = TRACKING[provider](**_view_options(provider, secret))
    _check_signature(view, request, provider=provider, secret=secret, now=now)
    try:
        found = view.parse_events(request)
    except (AnymailError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise EventUnreadable(f"{type(error).__name__}") from error
    notes = (_note(event, now=now) for event in found)
    return tuple(note for note in notes if note is not None)


def read_provider_mail(request: Any, *, provider: str, secret: str, now: datetime) -> tuple[ReceivedMail, ...]:
    """Return the mails in a request of the provider; raise SignatureWrong or EventUnreadable."""
    if provider not in INBOUND:
        raise EventUnreadable("this provider's own inbound format is not read; send the raw mail instead")
    view = INBOUND[provider](**_view_options(provider, secret))
    _check_signature(view, request, provider=provider, secret=secret, now=now)
    try:
        found = [event.message for event in view.parse_events(request)]
        return tuple(_mail(message, raw=message.as_bytes()) for message in found if message is not None)
    except (AnymailError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise EventUnreadable(f"{type(error).__name__}") from error


def read_raw_mail(raw: bytes) -> ReceivedMail:
    """Return a mail from its bytes (RFC 5322), as a mail server pipes it on; raise EventUnreadable."""
    message = message_from_bytes(raw, policy=policy.default)
    try:
        return _mail(message, raw=raw)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EventUnreadable(f"{type(error).__name__}") from error


def _view_options(provider: str, secret: str) -> dict[str, str]:
    """Options of the library's reader. A reader without a password warns, so Resend's gets one it never asks for."""
    if PROVIDERS[provider].event_secret == "mailgun":  # noqa: S105 - the name of a way of signing
        return {"webhook_signing_key": secret}
    return {"webhook_secret": f"{EVENT_USER}:{secret}"}


def _check_signature(view: Any, request: Any, *, provider: str, secret: str, now: datetime) -> None:
    if not secret:
        raise SignatureWrong("no_secret")
    if PROVIDERS[provider].event_secret == "svix":  # noqa: S105 - the name of a way of signing
        names = {name.lower().replace("svix-", "webhook-"): value for name, value in request.headers.items()}
        verified_id(Message(headers=names, body=request.body, received_at=now), scheme="standard", secrets=[secret])
        return
    try:
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, LookupError, TypeError, ValueError, AttributeError) as error:
        raise SignatureWrong("wrong") from error


def _note(event: Any, *, now: datetime) -> DeliveryNote | None:
    kind = KINDS.get(str(event.event_type))
    if kind is None:
        return None
    if kind is DeliveryKind.BOUNCED_HARD and _is_soft(event):
        kind = DeliveryKind.BOUNCED_SOFT
    if kind is DeliveryKind.REFUSED and event.reject_reason in ("bounced", "invalid"):
        kind = DeliveryKind.BOUNCED_HARD
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    occurred_at = min(event.timestamp, now) if event.timestamp else now
    detail = event.description or event.mta_response or event.click_url or ""
    return DeliveryNote(
        key=_key(event, kind),
        kind=kind,
        occurred_at=occurred_at,
        recipient=str(event.recipient or "").lower()[:254],
        provider_ref=str(event.message_id or "")[:200],
        own_id=str(metadata.get("message", ""))[:250],
        detail=" ".join(str(detail).split())[:300],
    )


def _is_soft(event: Any) -> bool:
    """Answer whether a bounce is for now: by the provider's own word, else by the code or words of the mail server."""
    raw = _record(event.esp_event)
    bounce = _record(_record(raw.get("data")).get("bounce"))
    word = str(bounce.get("type") or raw.get("Type") or "").lower()
    if word in ("transient", "softbounce"):
        return True
    said = f"{event.description or ''} {event.mta_response or ''}".lower()
    return word != "permanent" and (said.strip().startswith("4") or any(each in said for each in SOFT_WORDS))


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _key(event: Any, kind: DeliveryKind) -> str:
    """Return what makes a repetition of this event known; the provider's id where it gives one."""
    if event.event_id:
        return f"{kind.value}:{event.event_id}"[:200]
    parts = (kind.value, event.message_id, event.timestamp, event.recipient, event.click_url)
    return f"{kind.value}:{hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()}"


def _mail(message: EmailMessage, *, raw: bytes) -> ReceivedMail:
    headers = {name.lower(): str(value)[:2000] for name, value in message.items()}
    told = [*message.get_all("To", []), *message.get_all("Cc", []), *message.get_all("Delivered-To", [])]
    own = headers.get("message-id", "").strip()
    return ReceivedMail(
        message_key=(own or f"sha256:{hashlib.sha256(raw).hexdigest()}")[:250],
        headers=headers,
        from_address=parseaddr(headers.get("from", ""))[1].lower()[:254],
        to_addresses=tuple(address.lower() for _, address in getaddresses([str(each) for each in told]) if address),
        subject=" ".join(headers.get("subject", "").split())[:300],
        text=_text(message),
        calendar=_calendar(message),
    )


def _calendar(message: EmailMessage) -> str:
    """Return the first calendar part, beside the text or attached, at most 20,000 characters; "" without one."""
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            payload: Any = part.get_payload(decode=True) or b""
            text = payload.decode(part.get_content_charset() or "utf-8", "replace")
            return text[:LONGEST_TEXT].replace("\x00", "")
    return ""


def _text(message: EmailMessage) -> str:
    """Return the plain text with the text of a delivery report, at most 20,000 characters."""
    parts = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            found: Any = part.get_payload()
            parts += [str(each) for each in found] if isinstance(found, list) else [str(found)]
        elif part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            payload: Any = part.get_payload(decode=True) or b""
            parts.append(payload.decode(part.get_content_charset() or "utf-8", "replace"))
    return "\n".join(parts)[:LONGEST_TEXT].replace("\x00", "")
