"""The first answer to a write under an Idempotency-Key, kept for a day; a repeat gets that answer.

Everything happens in the transaction of the write itself: a crash leaves no half-answered key behind.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, KeyInFlight, KeyReused
from renewals.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What the first request was answered."""

    status: int
    body: Any


def claim_key(*, key: str, request_hash: str, by: Actor, now: datetime) -> KeptAnswer | None:
    """Return the kept answer of this key, or None: then the caller does the work and calls `keep_answer`.

    Must run inside the transaction of the work. Raises InvalidInput (empty or over 255 characters), KeyInFlight while
    another transaction holds the key, KeyReused when the kept request was a different one.
    """
    if not key.strip() or len(key) > LONGEST:
        raise InvalidInput(f"An Idempotency-Key has 1 to {LONGEST} characters, {len(key)} were given.")
    if not _hold(f"idempotency:{by.workspace_id}:{key}"):
        raise KeyInFlight("The first request with this Idempotency-Key is still being carried out.")
    IdempotencyKey.objects.filter(key=key, created_at__lte=now - KEPT_FOR).delete()
    kept = IdempotencyKey.objects.filter(key=key).first()
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise KeyReused("This Idempotency-Key was used for a different request.")
    return KeptAnswer(status=kept.status, body=kept.answer)


def keep_answer(*, key: str, request_hash: str, answer: KeptAnswer, by: Actor, now: datetime) -> None:
    """Keep the answer of the work just done, in its transaction."""
    IdempotencyKey.objects.create(
        workspace_id=by.workspace_id,
        key=key,
        request_hash=request_hash,
        status=answer.status,
        answer=answer.body,
        created_at=now,
    )


def _hold(name: str) -> bool:
    """Answer whether this transaction got the key for itself; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
