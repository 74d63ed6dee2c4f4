"""Pause and resume sending, and the watermark that catches a restored or promoted database before it repeats itself.

The watermark is kept outside the database: an installation that has sent message 900 and finds only 700 was restored.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from playbooks.models import Message
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending, resume_sending
from renewals.core.actors import Actor, system_actor
from renewals.queries.workspaces import active_workspace_ids

WATERMARK = "sending-watermark.json"
RESTORED = "The database is older than the messages sent from here: it was restored or promoted."


@dataclass(frozen=True, slots=True, kw_only=True)
class WatermarkCheck:
    """One workspace at start: the highest message ever sent from here, the highest in the database, and the verdict."""

    workspace_id: int
    sent_up_to: int
    found_up_to: int
    is_paused: bool


def check_watermarks(*, now: datetime) -> tuple[WatermarkCheck, ...]:
    """Pause sending in every workspace whose database is behind the watermark; returns those that were looked at."""
    kept = _read()
    checks = []
    for workspace_id in active_workspace_ids():
        by = system_actor(workspace_id, "watermark")
        with in_workspace(workspace_id, by=by, why="watermark"):
            found = Message.objects.aggregate(highest=Max("id"))["highest"] or 0
            is_behind = kept.get(workspace_id, 0) > found
            if is_behind:
                pause_sending(reason=RESTORED, by=by, now=now)
        checks.append(
            WatermarkCheck(
                workspace_id=workspace_id,
                sent_up_to=kept.get(workspace_id, 0),
                found_up_to=found,
                is_paused=is_behind,
            )
        )
    return tuple(checks)


def raise_watermarks() -> None:
    """Note the highest message of each workspace outside the database; a watermark never falls."""
    found: dict[int, int] = {}
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "watermark"), why="watermark"):
            found[workspace_id] = Message.objects.aggregate(highest=Max("id"))["highest"] or 0
    with _alone():
        kept = _read()
        _write(kept | {key: max(kept.get(key, 0), highest) for key, highest in found.items()})


def resume_after_check(*, by: Actor, now: datetime) -> None:
    """An operator has compared the provider's log: the present becomes the watermark, and sending goes on."""
    with transaction.atomic():
        highest = Message.objects.aggregate(highest=Max("id"))["highest"] or 0
        with _alone():
            _write(_read() | {by.workspace_id: highest})
        resume_sending(by=by, now=now)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process of this machine at a time read and write the file, so that no slow writer takes it back."""
    path = _path().with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _path() -> Path:
    return Path(settings.PERENNIAL_HOME) / WATERMARK


def _read() -> dict[int, int]:
    path = _path()
    return {int(key): value for key, value in json.loads(path.read_text()).items()} if path.exists() else {}


def _write(kept: dict[int, int]) -> None:
    path = _path()
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(kept))
    draft.replace(path)
