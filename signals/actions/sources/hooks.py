"""Open, change and shut the door of a source's signed messages; make and replace its secrets."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from renewals.core.actors import Actor
from renewals.core.errors import UnknownChoice, UnknownReference
from renewals.core.text import check_line
from signals.actions.intake.sources import ensure_source
from signals.core.sources.errors import SecretInvalid
from signals.core.sources.signatures import SCHEMES, format_secret
from signals.models import Hook, Source, SourceSecret
from signals.queries.sealing import seal, secret_place

ROTATION = timedelta(hours=24)
RANDOM_BYTES = 32
SHORTEST_SECRET, LONGEST_SECRET = 16, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A secret just kept; `shown` is the text to show once, "" when the other system made it."""

    source: Source
    shown: str


@transaction.atomic
def open_hook(*, key: str, name: str, scheme: str, by: Actor, now: datetime, secret: str = "") -> NewSecret:
    """Make the source if need be and open its door with a first secret; a door that is open keeps its address.

    `secret` is what the other system shows, for schemes whose secrets are not ours. Raises SourceKeyInvalid,
    UnknownChoice, SecretInvalid.
    """
    _check_scheme(scheme)
    kind = Source.Kind.WEBHOOK
    line = check_line(name, label="Name", longest=120, is_required=True)
    source = ensure_source(workspace_id=by.workspace_id, key=key, kind=kind, name=line, by=by, now=now)
    token = f"{by.workspace_id}-{secrets.token_urlsafe(24)}"
    Hook.objects.get_or_create(
        workspace_id=by.workspace_id,
        source=source,
        defaults={"token": token, "scheme": scheme, "created_at": now},
    )
    return replace_secret(source_id=source.id, scheme=scheme, secret=secret, by=by, now=now)


@transaction.atomic
def replace_secret(*, source_id: int, scheme: str, by: Actor, now: datetime, secret: str = "") -> NewSecret:
    """Keep a new signing secret; the one before is accepted for another day, older ones no more.

    Another scheme shuts the old secret out at once, because it cannot be verified any longer.
    """
    _check_scheme(scheme)
    hook = Hook.objects.select_for_update().select_related("source").filter(source_id=source_id).first()
    if hook is None:
        raise UnknownReference(f"The source {source_id} has no hook.")
    text = secret.strip() if secret.strip() or not SCHEMES[scheme].is_ours else _fresh(scheme)
    ends_at = now + ROTATION if hook.scheme == scheme else now
    keep_secret(source=hook.source, purpose="signing", text=text, ends_at=ends_at, by=by, now=now)
    Hook.objects.filter(id=hook.id).update(version=F("version") + 1, scheme=scheme)
    return NewSecret(source=hook.source, shown=text if SCHEMES[scheme].is_ours else "")


def keep_secret(*, source: Source, purpose: str, text: str, ends_at: datetime, by: Actor, now: datetime) -> None:
    """Seal a secret as the current one; the present one ends at `ends_at`, those ended before are forgotten."""
    if not SHORTEST_SECRET <= len(text) <= LONGEST_SECRET or not text.isprintable():
        raise SecretInvalid(f"A secret has {SHORTEST_SECRET} to {LONGEST_SECRET} printable characters.")
    rows = SourceSecret.objects.filter(source=source, purpose=purpose)
    rows.filter(ends_at__isnull=False).delete()
    rows.update(ends_at=ends_at)
    SourceSecret.objects.create(
        workspace_id=source.workspace_id,
        source=source,
        purpose=purpose,
        sealed=seal(text, place=secret_place(source.workspace_id, source.id, purpose)),
        made_at=now,
        made_by=by.label[:150],
    )


@transaction.atomic
def drop_old_secret(*, source_id: int, by: Actor, now: datetime) -> int:
    """Stop accepting the secret that is being replaced at once; return how many there were."""
    old = SourceSecret.objects.filter(source_id=source_id, purpose="signing", ends_at__isnull=False)
    gone, _ = old.delete()
    Hook.objects.filter(source_id=source_id).update(version=F("version") + 1)
    return gone


@transaction.atomic
def set_hook_active(*, source_id: int, is_active: bool, by: Actor, now: datetime) -> bool:
    """Open or shut the door; what is sent meanwhile is refused. Returns whether anything changed."""
    found = Hook.objects.filter(source_id=source_id).exclude(is_active=is_active)
    return bool(found.update(is_active=is_active, version=F("version") + 1))


def _check_scheme(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise UnknownChoice(f"'{scheme[:40]}' is no way of signing.", remedy=f"Allowed: {', '.join(SCHEMES)}.")


def _fresh(scheme: str) -> str:
    return format_secret(secrets.token_bytes(RANDOM_BYTES)) if scheme == "standard" else secrets.token_urlsafe(32)
