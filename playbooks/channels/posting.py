"""Post one small JSON document to an address outside: guarded, signed where the target checks it, answered honestly.

The place is checked at each call, redirects are not followed, waits and sizes are bounded. Retries nothing.
"""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from playbooks.channels.base import Receipt, SendResult
from signals.actions.sources.line import cut_after, open_line
from signals.core.sources.addresses import check_url
from signals.core.sources.errors import AddressRefused
from signals.core.sources.signatures import sign

READ_SECONDS, WHOLE_SECONDS = 5.0, 8.0
MOST_ANSWER = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What to tell: the id it carries on every attempt, the time of this attempt in seconds, and the document."""

    post_key: str
    timestamp: int
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to: the whole address is a secret with chat systems. `signing_secret` is "" when nothing is signed."""

    url: str = field(repr=False)
    signing_secret: str = field(repr=False, default="")


def post(target: Target, given: Post) -> SendResult:
    """Try once. A 2xx is accepted; a fault or "slow down" may be tried again; anything else is refused for good."""
    try:
        address = check_url(target.url, allowed=settings.PULL_ALLOWED_HOSTS)
        line = open_line(address, read_seconds=READ_SECONDS)
    except AddressRefused as error:
        return SendResult(receipt=Receipt.REFUSED, reason=error.what)
    except OSError as error:
        return SendResult(receipt=Receipt.TRY_LATER, reason=f"no connection: {error}"[:300])
    body = json.dumps(given.body, ensure_ascii=False).encode()
    cut = cut_after(line, WHOLE_SECONDS)
    try:
        line.request("POST", address.target, body=body, headers=_headers(target, given, body))
        answer = line.getresponse()
        said = answer.read(MOST_ANSWER).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return SendResult(receipt=Receipt.UNKNOWN, reason=f"no complete answer: {error}"[:300])
    finally:
        cut.cancel()
        line.close()
    return _result(answer.status, answer.getheader("Retry-After", ""), said)


def _headers(target: Target, given: Post, body: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": "Perennial", "webhook-id": given.post_key}
    if target.signing_secret:
        signature = sign(target.signing_secret, message_id=given.post_key, timestamp=given.timestamp, body=body)
        headers |= {"webhook-timestamp": str(given.timestamp), "webhook-signature": signature}
    return headers


def _result(status: int, retry_after: str, said: str) -> SendResult:
    words = f"{status} {' '.join(said.split())}"[:200]
    if 200 <= status < 300:
        return SendResult(receipt=Receipt.ACCEPTED, reason=words)
    wait = float(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else None
    if status == 429 or status >= 500:
        return SendResult(receipt=Receipt.TRY_LATER, reason=words, retry_after_seconds=wait)
    return SendResult(receipt=Receipt.REFUSED, reason=words)
