"""The words for channels: what each is, what was told of a message, how a breaker stands."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from dashboards.core.dates import age_words
from playbooks.core.channels.events import DeliveryKind, may_be_machine
from playbooks.core.channels.inbound import InboundKind

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "installation": "The installation's own",
        "console": "Nothing leaves: messages are kept here",
        "smtp": "A mail server (SMTP)",
        "provider": "A mail provider (API)",
    }
)
EVENTS: Mapping[DeliveryKind, tuple[str, str]] = MappingProxyType(
    {
        DeliveryKind.DELIVERED: ("Delivered to their mail server", "good"),
        DeliveryKind.DEFERRED: ("Put off by their mail server", "watch"),
        DeliveryKind.BOUNCED_SOFT: ("Not taken for now", "watch"),
        DeliveryKind.BOUNCED_HARD: ("The address does not exist", "bad"),
        DeliveryKind.REFUSED: ("Refused by the provider", "bad"),
        DeliveryKind.COMPLAINED: ("Reported as spam", "bad"),
        DeliveryKind.OPENED: ("Opened", "none"),
        DeliveryKind.CLICKED: ("A link was followed", "none"),
        DeliveryKind.UNSUBSCRIBED: ("Unsubscribed", "watch"),
    }
)
MAILS: Mapping[InboundKind, str] = MappingProxyType(
    {
        InboundKind.REPLY: "They replied",
        InboundKind.RSVP: "Their calendar answered",
        InboundKind.OUT_OF_OFFICE: "Out of office",
        InboundKind.AUTOMATIC: "Automatic answer",
        InboundKind.BOUNCED_HARD: "Came back for good",
        InboundKind.BOUNCED_SOFT: "Came back for now",
    }
)
RSVPS: Mapping[str, str] = MappingProxyType({"accepted": "Accepted", "declined": "Declined", "tentative": "Perhaps"})
MACHINE = "may be a machine: filters open mail and follow links ahead of people"
CLASSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "relationship": ("About working together", "Summaries, reviews and questions about your contract."),
        "marketing": ("News and offers", "Tips, offers and events."),
        "contractual_notice": ("Contractual notices", "What the contract asks us to tell you."),
        "security": ("Security", "What keeps your access safe."),
        "all": ("Everything", "No message of any kind."),
    }
)


class Fault(Protocol):
    """What the words about a breaker need."""

    title: str
    opened_at: datetime | None
    until: datetime | None
    last_error: str


def event_words(kind: str) -> tuple[str, str]:
    """Return the words and the state of a delivery event; what programs cause as well says so."""
    found = DeliveryKind(kind)
    words, state = EVENTS[found]
    return (f"{words} ({MACHINE})" if may_be_machine(found) else words), state


def class_words(message_class: str) -> str:
    """Return the name of a class of message."""
    return CLASSES.get(message_class, (message_class, ""))[0]


def fault_words(fault: Fault, *, now: datetime) -> str:
    """Say what is out of order, since when, when it is tried again, and what was last said."""
    since = f" since {age_words(fault.opened_at, now=now)}" if fault.opened_at else ""
    again = ""
    if fault.until and fault.until > now:
        again = f", tried again in {max(1, round((fault.until - now).total_seconds() / 60))} min"
    return f"{fault.title} is out of order{since}{again} ({fault.last_error or 'no answer'})"[:300]


def rsvp_words(mark: str) -> str:
    """Return what a calendar answered in words, "" for another mail."""
    name, _, answer = mark.partition(" ")
    return RSVPS.get(answer, "") if name == "PARTSTAT" else ""
