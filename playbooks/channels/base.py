"""What every channel is given and what it must answer.

A channel hands one frozen message to the outside world. It never reads or writes our tables, never retries by itself
(retries live in one layer, the sender), and always says which of four things happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Receipt(StrEnum):
    """What is known after one attempt. `UNKNOWN` is the honest answer when the message may have left."""

    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message; `parameters` belong to its content type, such as method=REQUEST.

    `is_body`: mail programs look for it beside the text as well, as another form of the message.
    """

    name: str
    content: str
    content_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    is_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a workspace's channel puts on every message: the sender, and the domain that replies come to."""

    from_address: str = ""
    reply_domain: str = ""


BARE = Envelope()
"""The installation's own sender, replies to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message exactly as it was rendered and frozen; `idem_key` and `message_id` never change between attempts."""

    idem_key: str
    message_id: str
    message_class: str
    to_address: str
    to_name: str
    from_address: str
    subject: str
    text_body: str
    html_body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """The answer of a channel: the receipt, the provider's own reference, why, and how long it asks us to wait.

    `is_about_message`: the answer concerns this message or its address alone and says nothing against the channel.
    """

    receipt: Receipt
    provider_ref: str = ""
    reason: str = ""
    retry_after_seconds: float | None = None
    is_about_message: bool = False


class Channel(Protocol):
    """The whole interface: one file per channel, checked by the shared channel tests."""

    name: str
    honours_idempotency_key: bool
    is_instant: bool
    timeout_seconds: float

    def send(self, message: OutgoingMessage) -> SendResult:
        """Try once, within `timeout_seconds`; never raises, whatever the other side does."""
