"""Sources: made once, found by key."""

import re
from datetime import datetime

from renewals.core.actors import Actor
from signals.core.errors import SourceKeyInvalid, SourceUnknown
from signals.models import Source

KEY_FORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def ensure_source(*, workspace_id: int, key: str, kind: str, name: str = "", by: Actor, now: datetime) -> Source:
    """Return the source of this key, made now if there was none; an existing one keeps its kind and name.

    Raises SourceKeyInvalid for a key that is no short lower-case name.
    """
    if not KEY_FORM.fullmatch(key):
        raise SourceKeyInvalid(f"'{key[:60]}' is not a source key.", where="source")
    made, _ = Source.objects.get_or_create(
        workspace_id=workspace_id, key=key, defaults={"name": name or key, "kind": kind, "created_at": now}
    )
    return made


def active_source(workspace_id: int, key: str) -> Source:
    """Return the source that may send; raise SourceUnknown when there is none or it is switched off."""
    found = Source.objects.filter(workspace_id=workspace_id, key=key, is_active=True).first()
    if found is None:
        raise SourceUnknown(f"No active source has the key '{key[:60]}'.", where="source")
    return found
