"""Keys for programs: made once, shown once, kept as a hash; revoked, and noted when used."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.api_scopes import check_scopes
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.models import ApiKey, ApiKeyUse

USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """A fresh key; `secret` is shown to its maker now and never again."""

    key: ApiKey
    secret: str


def hash_secret(secret: str) -> str:
    """Return what is kept of a key: its SHA-256 in hexadecimal. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_api_key(
    *, name: str, scopes: Iterable[str], by: Actor, now: datetime, expires_at: datetime | None = None
) -> NewApiKey:
    """Make a key `prn_<workspace>_<random>`; raises UnknownChoice for a scope, RequiredValueMissing for no name."""
    if not name.strip() or by.id is None:
        raise RequiredValueMissing("An API key needs a name and a person who answers for it.")
    secret = f"prn_{by.workspace_id}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        workspace_id=by.workspace_id,
        name=name.strip(),
        prefix=secret[:16],
        secret_hash=hash_secret(secret),
        scopes=list(check_scopes(scopes)),
        created_by_id=by.id,
        created_at=now,
        expires_at=expires_at,
    )
    return NewApiKey(key=key, secret=secret)


@transaction.atomic
def revoke_api_key(*, key_id: int, by: Actor, now: datetime) -> ApiKey:
    """Revoke at once; a second call changes nothing. Raises UnknownReference."""
    ApiKey.objects.filter(id=key_id, revoked_at__isnull=True).update(revoked_at=now)
    key = ApiKey.objects.filter(id=key_id, workspace_id=by.workspace_id).first()
    if key is None:
        raise UnknownReference(f"There is no API key {key_id} in this workspace.")
    return key


def note_use(*, key: ApiKey, last_used_at: datetime | None, now: datetime) -> None:
    """Keep when the key was last used, once a minute at most, so that reading stays cheap."""
    if last_used_at is None or last_used_at <= now - USE_NOTED_EVERY:
        ApiKeyUse.objects.update_or_create(api_key=key, workspace_id=key.workspace_id, defaults={"last_used_at": now})
