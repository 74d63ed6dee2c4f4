"""Seal secrets that must be read again (AES-256-GCM), so that no dump of the database gives one away.

The key comes from SECRET_KEY; what is sealed is bound to its place, so that it opens nowhere else.
A new SECRET_KEY opens what an old one sealed while the old one stands in SECRET_KEY_FALLBACKS.
"""

import base64
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"perennial.sealed.1"
NONCE_BYTES = 12


class SealBroken(ValueError):
    """No key of this installation opens it at this place."""


def seal(text: str, *, place: str) -> str:
    """Return the text sealed for `place`, such as "7/source/3/signing"; never the same twice."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), place.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Return the text; raise SealBroken when it was sealed for another place or under a key that is gone."""
    raw = base64.b64decode(sealed)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except InvalidTag:
            continue
    raise SealBroken(f"What is kept at {place} opens with no key of this installation.")


def secret_place(workspace_id: int, source_id: int, purpose: str) -> str:
    """Return the place that a source's secret is bound to."""
    return f"{workspace_id}/source/{source_id}/{purpose}"


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
