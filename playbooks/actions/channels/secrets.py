"""Seal a channel's secrets. Nobody reads one back: it is replaced, or forgotten."""

from datetime import datetime

from playbooks.models import ChannelSecret
from playbooks.queries.channels import secret_place
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from signals.queries.sealing import seal

SHORTEST, LONGEST = 8, 500


def keep_secret(*, place: str, text: str, by: Actor, now: datetime, hint: str = "") -> None:
    """Seal a secret for its place; the one before is gone. Raises InvalidInput for one that cannot be one."""
    if not SHORTEST <= len(text) <= LONGEST or not text.isprintable():
        raise InvalidInput(f"A secret has {SHORTEST} to {LONGEST} printable characters.", where="secret")
    ChannelSecret.objects.update_or_create(
        workspace_id=by.workspace_id,
        place=place,
        defaults={
            "sealed": seal(text, place=secret_place(by.workspace_id, place)),
            "hint": hint[:60],
            "made_at": now,
            "made_by": by.label[:150],
        },
    )


def drop_secret(*, place: str, by: Actor, now: datetime) -> bool:
    """Forget a secret; False if there was none."""
    gone, _ = ChannelSecret.objects.filter(place=place).delete()
    return bool(gone)
