"""The doors of sources: which hook an address belongs to, its live secrets, how its events are read."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from signals.core.sources.shapes import Shape, adapted
from signals.models import Hook, SourceMapping, SourceSecret
from signals.queries.library import shapes
from signals.queries.sealing import SealBroken, secret_place, unseal

OWN_SHAPE = "own"
LONGEST_TOKEN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDoor:
    """What is needed to let a message in; worthless once the hook has another version."""

    hook_id: int
    workspace_id: int
    source_id: int
    scheme: str
    version: int
    secrets: tuple[tuple[str, datetime | None], ...] = field(repr=False)

    def live_secrets(self, *, now: datetime) -> tuple[str, ...]:
        """Return the secrets that are accepted at this moment, the newest first."""
        return tuple(secret for secret, ends_at in self.secrets if ends_at is None or ends_at > now)


def token_workspace(token: str) -> int | None:
    """Return the workspace that an address names, None when it is no address of ours: `<workspace>-<random>`."""
    number, _, random = token.partition("-")
    is_well_formed = number.isascii() and number.isdecimal() and len(number) < 19 and random
    return int(number) if is_well_formed and len(token) <= LONGEST_TOKEN else None


def hook_door(token: str) -> HookDoor | None:
    """Return the door of this address in the workspace one is in; None when there is none or it is shut."""
    hook = Hook.objects.filter(token=token, is_active=True, source__is_active=True).first()
    if hook is None:
        return None
    return HookDoor(
        hook_id=hook.id,
        workspace_id=hook.workspace_id,
        source_id=hook.source_id,
        scheme=hook.scheme,
        version=hook.version,
        secrets=tuple(_open(hook.workspace_id, hook.source_id, SourceSecret.Purpose.SIGNING)),
    )


def pull_token(workspace_id: int, source_id: int, *, now: datetime) -> str:
    """Return the token a pull shows to the other system; "" when it shows none."""
    found = _open(workspace_id, source_id, SourceSecret.Purpose.PULL)
    return next((secret for secret, ends_at in found if ends_at is None or ends_at > now), "")


def shape_of(source_id: int) -> Shape:
    """Return how the events of a source are read: its shape with its own paths and kinds."""
    row = SourceMapping.objects.filter(source_id=source_id).first()
    if row is None:
        return shapes()[OWN_SHAPE]
    return adapted(shapes().get(row.shape, shapes()[OWN_SHAPE]), paths=row.paths, kinds=row.kinds)


def hook_url(token: str) -> str:
    """Return the whole address to which a system sends its messages."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/api/v1/hooks/{token}/"


def _open(workspace_id: int, source_id: int, purpose: str) -> list[tuple[str, datetime | None]]:
    """Return the secrets of a source, the current one first; one that opens with no key is left out."""
    place = secret_place(workspace_id, source_id, purpose)
    rows = SourceSecret.objects.filter(Q(source_id=source_id, purpose=purpose)).order_by("-made_at", "-id")
    found = []
    for sealed, ends_at in rows.values_list("sealed", "ends_at"):
        try:
            found.append((unseal(sealed, place=place), ends_at))
        except SealBroken:
            continue
    return found
