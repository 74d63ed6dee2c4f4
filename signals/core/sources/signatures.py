"""Who signed a message: one small verifier per way of signing, behind one interface. All compare in constant time.

A verifier raises SignatureWrong with a reason for the admin's log; the sender is never told which it was.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
LONGEST_ID = 200


class SignatureWrong(Exception):
    """The message is not accepted; the text is one of REASONS and meant for the log."""


REASONS = MappingProxyType(
    {
        "unsigned": "it carried no signature",
        "stale": "its timestamp was more than five minutes off",
        "wrong": "its signature did not fit",
        "no_id": "its id was missing or too long",
        "no_secret": "the source has no secret",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it came: its headers by lower-case name, its body as bytes, and when."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str:
        """Return a header, "" when there is none."""
        return self.headers.get(name, "")


Verifier = Callable[[Message, Sequence[bytes]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A way of signing. `is_ours`: we make the secret and show it once, else the other system does.

    `key_of` makes the key from the secret: the text as it stands, but for Standard Webhooks, which decode theirs.
    """

    key: str
    name: str
    help: str
    is_ours: bool
    verify: Verifier
    key_of: Callable[[str], bytes] = str.encode


def verified_id(message: Message, *, scheme: str, secrets: Sequence[str]) -> str:
    """Return the id the message is known by; raise SignatureWrong unless one of the secrets signed it."""
    if not secrets:
        raise SignatureWrong("no_secret")
    chosen = SCHEMES[scheme]
    found = chosen.verify(message, [chosen.key_of(secret) for secret in secrets])
    if not found or len(found) > LONGEST_ID or not found.isprintable():
        raise SignatureWrong("no_id")
    return found


def secret_bytes(secret: str) -> bytes:
    """Return what Standard Webhooks sign with: the decoded part after whsec_ when it is base64, else the text itself.

    Stripe's secrets look the same, but are the key as they stand.
    """
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret[len(PREFIX) :], validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()


def format_secret(random: bytes) -> str:
    """Return random bytes as a secret of the Standard Webhooks form."""
    return PREFIX + base64.b64encode(random).decode()


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature header of Standard Webhooks for a message (for senders, examples and tests)."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(_hmac(secret_bytes(secret), signed)).decode()


def _standard(message: Message, secrets: Sequence[bytes]) -> str:
    """Standard Webhooks: HMAC-SHA256 over id.timestamp.body, base64, any of the signatures given may fit."""
    message_id, timestamp = message.header("webhook-id"), message.header("webhook-timestamp")
    given = [part.removeprefix("v1,") for part in message.header("webhook-signature").split() if part[:3] == "v1,"]
    if not given or not message_id:
        raise SignatureWrong("unsigned")
    _check_time(timestamp, message.received_at)
    signed = f"{message_id}.{timestamp}.".encode() + message.body
    _check(given, [base64.b64encode(_hmac(secret, signed)).decode() for secret in secrets])
    return message_id


def _stripe(message: Message, secrets: Sequence[bytes]) -> str:
    """Stripe-Signature: t=…,v1=…: HMAC-SHA256 in hexadecimal over timestamp.body. Known by the event's id."""
    parts = [part.partition("=") for part in message.header("stripe-signature").split(",")]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    timestamp = next((value for name, _, value in parts if name.strip() == "t"), "")
    if not given or not timestamp:
        raise SignatureWrong("unsigned")
    _check_time(timestamp, message.received_at)
    _check(given, [_hmac(secret, f"{timestamp}.".encode() + message.body).hex() for secret in secrets])
    return body_id(message.body)


def _zendesk(message: Message, secrets: Sequence[bytes]) -> str:
    """X-Zendesk-Webhook-Signature: HMAC-SHA256 over timestamp and body in base64; its time is an ISO text."""
    given, told = message.header("x-zendesk-webhook-signature"), message.header("x-zendesk-webhook-signature-timestamp")
    if not given or not told:
        raise SignatureWrong("unsigned")
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise SignatureWrong("stale") from None
    _check_time(str(int(moment.timestamp())) if moment.tzinfo else "", message.received_at)
    signed = [base64.b64encode(_hmac(secret, told.encode() + message.body)).decode() for secret in secrets]
    _check([given], signed)
    return body_hash(message.body)


def _hub(message: Message, secrets: Sequence[bytes]) -> str:
    """X-Hub-Signature-256 (or -Signature with sha1): HMAC of the body in hexadecimal, without a time of its own."""
    newer, older = message.header("x-hub-signature-256"), message.header("x-hub-signature")
    if newer.startswith("sha256="):
        _check([newer.removeprefix("sha256=")], [_hmac(secret, message.body).hex() for secret in secrets])
    elif older.startswith("sha1="):
        made = [hmac.new(secret, message.body, hashlib.sha1).hexdigest() for secret in secrets]
        _check([older.removeprefix("sha1=")], made)
    else:
        raise SignatureWrong("unsigned")
    return body_hash(message.body)


def _bearer(message: Message, secrets: Sequence[bytes]) -> str:
    """A token in Authorization, for systems that cannot sign: `Bearer …`, or the password of `Basic …`."""
    way, _, token = message.header("authorization").partition(" ")
    if way.lower() == "basic":
        try:
            token = base64.b64decode(token, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            raise SignatureWrong("wrong") from None
    if not token:
        raise SignatureWrong("unsigned")
    _check([hashlib.sha256(token.encode()).hexdigest()], [hashlib.sha256(each).hexdigest() for each in secrets])
    return message.header("webhook-id") or message.header("idempotency-key") or body_hash(message.body)


def body_id(body: bytes) -> str:
    """Return the id that an event gives itself, else the hash of the body."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    own = document.get("id") if isinstance(document, dict) else None
    is_usable = isinstance(own, str) and 0 < len(own) <= LONGEST_ID
    return str(own) if is_usable else body_hash(body)


def body_hash(body: bytes) -> str:
    """Return the id of a message that has none of its own: the same body is the same message."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _check_time(timestamp: str, received_at: datetime) -> None:
    is_number = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    if not is_number or abs(int(timestamp) - received_at.timestamp()) > TOLERANCE.total_seconds():
        raise SignatureWrong("stale")


def _check(given: Sequence[str], made: Sequence[str]) -> None:
    """Compare every pair, so that the time taken does not tell which secret was nearer."""
    fits = [hmac.compare_digest(one.encode(), other.encode()) for one in given[:5] for other in made]
    if not any(fits):
        raise SignatureWrong("wrong")


def _hmac(secret: bytes, signed: bytes) -> bytes:
    return hmac.new(secret, signed, hashlib.sha256).digest()


def _schemes() -> Mapping[str, Scheme]:
    every = (
        Scheme(
            key="standard",
            name="Standard Webhooks",
            help="Signed with webhook-id, webhook-timestamp and webhook-signature. Choose this whenever you can.",
            is_ours=True,
            verify=_standard,
            key_of=secret_bytes,
        ),
        Scheme(
            key="stripe",
            name="Stripe-Signature",
            help="Stripe shows its signing secret beside the address you enter there; paste it here.",
            is_ours=False,
            verify=_stripe,
        ),
        Scheme(
            key="zendesk",
            name="Zendesk signature",
            help="Zendesk shows the signing secret of the webhook; paste it here.",
            is_ours=False,
            verify=_zendesk,
        ),
        Scheme(
            key="hub",
            name="X-Hub-Signature",
            help="Intercom and others sign the body with their own secret; paste it here.",
            is_ours=False,
            verify=_hub,
        ),
        Scheme(
            key="bearer",
            name="Bearer token",
            help="For tools that cannot sign: they send the token with each message (Authorization: Bearer, or Basic).",
            is_ours=True,
            verify=_bearer,
        ),
    )
    return MappingProxyType({scheme.key: scheme for scheme in every})


SCHEMES = _schemes()
