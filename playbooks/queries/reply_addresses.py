"""The address that replies to one message come to: it names the message and cannot be made up."""

import hashlib
import hmac
import re

from django.conf import settings

SIGNED = "perennial.reply"
FORM = re.compile(r"r\+(\d{1,18})-([0-9a-f]{16})")


def reply_address(*, workspace_id: int, message_id: int, domain: str) -> str:
    """Return the address for replies to this message: the same every time, worthless for any other message."""
    return f"r+{message_id}-{_mark(workspace_id, message_id, settings.SECRET_KEY)}@{domain}"


def read_reply_address(address: str, *, workspace_id: int) -> int | None:
    """Return the number of the message an address belongs to, None if this installation did not make it."""
    found = FORM.fullmatch(address.partition("@")[0].lower())
    if found is None:
        return None
    number = int(found[1])
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_ours = any(hmac.compare_digest(found[2], _mark(workspace_id, number, key)) for key in keys)
    return number if is_ours else None


def _mark(workspace_id: int, message_id: int, key: str) -> str:
    signed = f"{SIGNED}:{workspace_id}:{message_id}".encode()
    return hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()[:16]
