"""The signed address that stops messages to one contact. It carries its workspace, and it never runs out."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.signing import BadSignature, Signer

SALT = "perennial.unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeToken:
    """Whom an address is about."""

    workspace_id: int
    contact_id: int


def unsubscribe_token(*, workspace_id: int, contact_id: int) -> str:
    """Return the token of a contact: the same every time, and worthless for any other contact or workspace."""
    value = f"{workspace_id}.{contact_id}"
    signature = urlsafe_b64encode(hmac.digest(_derived_key(settings.SECRET_KEY), value.encode(), "sha256"))
    return f"{value}:{signature.decode().rstrip('=')}"


def unsubscribe_url(*, workspace_id: int, contact_id: int) -> str:
    """Return the whole address, as messages and the RFC 8058 header carry it."""
    token = unsubscribe_token(workspace_id=workspace_id, contact_id=contact_id)
    return f"{settings.PUBLIC_URL.rstrip('/')}/unsubscribe/{token}/"


def read_unsubscribe_token(token: str) -> UnsubscribeToken | None:
    """Return whom a token is about, None if it was not made by this installation."""
    try:
        workspace, _, contact = Signer(salt=SALT).unsign(token).partition(".")
        return UnsubscribeToken(workspace_id=int(workspace), contact_id=int(contact))
    except (BadSignature, ValueError):
        return None


@lru_cache(maxsize=1)
def _derived_key(secret: str) -> bytes:
    """Return the key that Django's signer derives anew for each signature: every message has an address."""
    return hashlib.sha256(f"{SALT}signer{secret}".encode()).digest()
