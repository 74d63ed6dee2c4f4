"""Pause and resume sending, and the watermark that catches a restored or promoted database before it repeats itself.

The watermark is kept outside the database: an installation that has written message 900 and finds only 700 was
restored; so was one that finds them all, but fewer touches in its ledger than have left.
"""

import fcntl
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max

from playbooks.actions.channels.circuits import probe_all_soon
from playbooks.actions.evidence import add_jump, jumps_known
from playbooks.actions.unsubscribe import replay_unsubscribes
from playbooks.core.clock_jump import ClockLook, has_jumped, is_written_down, jumped_seconds
from playbooks.core.states import MessageState, StepRunState
from playbooks.models import AccountTouch, Message, PageMail, StepRun, WebhookPost
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending, resume_sending
from renewals.core.actors import Actor, system_actor
from renewals.queries.workspaces import active_workspace_ids

log = logging.getLogger(__name__)

WATERMARK = "sending-watermark.json"
UNSENT = (MessageState.QUEUED, MessageState.SENDING)
SAID_AGAIN = timedelta(days=7)
"""Older ones are for an operator: a database that lost more than this was restored from a backup."""
SINCE_BOOT: Callable[[], float] = partial(time.clock_gettime, time.CLOCK_BOOTTIME)
"""Goes on while the machine sleeps, so that waking up is no jump of the clock."""
JUMPED = (
    "The database's clock jumped by {seconds:+.0f} seconds: what is due by it may be early or late. "
    "Compare it with the true time, then resume."
)
RESTORED = "The database is older than the messages sent from here: it was restored or promoted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a workspace has come: its highest message, and the highest touch, entered as a message leaves."""

    message: int = 0
    touch: int = 0

    def is_behind(self, other: "Mark") -> bool:
        """Answer whether something that is there is missing here."""
        return self.message < other.message or self.touch < other.touch

    def raised(self, other: "Mark") -> "Mark":
        """Return the higher of each."""
        return Mark(message=max(self.message, other.message), touch=max(self.touch, other.touch))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatermarkCheck:
    """One workspace at start: the marks kept outside, those in the database, and the verdict."""

    workspace_id: int
    kept: Mark
    found: Mark
    is_paused: bool


def check_watermarks(*, now: datetime) -> tuple[WatermarkCheck, ...]:
    """Pause sending in every workspace whose database is behind the watermark; returns those that were looked at.

    What was unsubscribed lately is said again from the file: a promoted standby may lack it though nothing had left.
    """
    kept = _read()
    checks = []
    for workspace_id in active_workspace_ids():
        by = system_actor(workspace_id, "watermark")
        with in_workspace(workspace_id, by=by, why="watermark"):
            replay_unsubscribes(by=by, now=now, since=now - SAID_AGAIN)
            found, mark = _found(), kept.get(workspace_id, Mark())
            if found.is_behind(mark):
                pause_sending(reason=RESTORED, by=by, now=now)
        checks.append(
            WatermarkCheck(workspace_id=workspace_id, kept=mark, found=found, is_paused=found.is_behind(mark))
        )
    return tuple(checks)


@dataclass(slots=True)
class ServerWatch:
    """Compares the watermark again whenever this process meets a server that was started anew, and its clock with time.

    A program that outlives a failover would otherwise go on sending into a database that is behind; one whose server's
    clock jumps would send what is not due yet. `ticks` counts seconds since the machine started.
    """

    checked: datetime | None = None
    last: ClockLook | None = None
    ticks: Callable[[], float] = SINCE_BOOT

    def look(self) -> tuple[WatermarkCheck, ...]:
        """Check, if the server is not the one of last time; () otherwise. Raises DatabaseError; then nothing counts."""
        started, this = self._ask()
        if started != self.checked:
            checks = check_watermarks(now=this.said)
            self.checked, self.last = started, this
            return checks
        if self.last and not is_written_down(self.last, this):
            seconds = jumped_seconds(self.last, this)
            if has_jumped(seconds) and _pause_for_jump(seconds, this):
                log.error(JUMPED.format(seconds=seconds))
                this = replace(this, known=this.known + 1)
        self.last = this
        return ()

    def _ask(self) -> tuple[datetime, ClockLook]:
        """Return when the server was started, and a look: the jumps first, so that a later one is found on writing."""
        known, before = jumps_known(), self.ticks()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_postmaster_start_time(), perennial_now()")
            started, now = cursor.fetchone()
        return started, ClockLook(said=now, before=before, after=self.ticks(), known=known)


@transaction.atomic
def _pause_for_jump(seconds: float, look: ClockLook) -> bool:
    """Write the jump down and pause sending everywhere; False, and nothing, if somebody else wrote one down."""
    if not add_jump(known=look.known):
        return False
    for workspace_id in active_workspace_ids():
        by = system_actor(workspace_id, "clock watch")
        with in_workspace(workspace_id, by=by, why="clock watch"):
            pause_sending(reason=JUMPED.format(seconds=seconds), by=by, now=look.said)
            if seconds < 0:
                _keep_horizons(timedelta(seconds=seconds))
    return True


def _keep_horizons(back: timedelta) -> None:
    """Providers forget a key by their own clock: a first attempt stays as long ago as it was."""
    tried = Message.objects.filter(state__in=UNSENT, first_sending_at__isnull=False)
    tried.update(first_sending_at=F("first_sending_at") + back)


def note_departure(*, workspace_id: int, mark: Mark) -> None:
    """Note outside the database what is about to leave, so that no failover, however short, can forget it.

    A disk that takes no note does not hold the message up: the regular note follows.
    """
    try:
        with _alone():
            kept = _read()
            known = kept.get(workspace_id, Mark())
            if known.is_behind(mark):
                _write(kept | {workspace_id: known.raised(mark)})
    except OSError:
        log.exception("What leaves could not be noted beside the database.", extra={"workspace": workspace_id})


def raise_watermarks() -> None:
    """Note how far each workspace has come outside the database; a watermark never falls."""
    found: dict[int, Mark] = {}
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "watermark"), why="watermark"):
            found[workspace_id] = _found()
    with _alone():
        kept = _read()
        _write(kept | {key: mark.raised(kept.get(key, Mark())) for key, mark in found.items()})


def resume_after_check(*, by: Actor, now: datetime) -> None:
    """An operator has compared the provider's log: the present becomes the watermark, and sending goes on.

    Whatever was put off is looked at now: for the pause, or until an instant told by a clock that has been put right.
    """
    with transaction.atomic():
        found = _found()
        with _alone():
            _write(_read() | {by.workspace_id: found})
        resume_sending(by=by, now=now)
        _look_again(now=now)


def _look_again(*, now: datetime) -> None:
    """Make what waits due now; whatever has a reason to wait on is put off again by the same rules.

    What a person may still object to, and a page's mail that a worker has, keep their time.
    """
    held = StepRun.objects.filter(state=StepRunState.SCHEDULED, due_at__gt=now, planned_at__lte=now)
    held.exclude(reasons=[]).update(due_at=now)
    waiting = Message.objects.filter(state__in=UNSENT, next_at__gt=now)
    waiting.exclude(veto_until_at__gt=now).update(next_at=now)
    for rows in (WebhookPost.objects, PageMail.objects):
        rows.filter(state="waiting", next_at__gt=now).update(next_at=now)
    probe_all_soon(now=now)


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


def _found() -> Mark:
    """Return how far the workspace one is in has come by its database."""
    message = Message.objects.aggregate(highest=Max("id"))["highest"] or 0
    return Mark(message=message, touch=AccountTouch.objects.aggregate(highest=Max("id"))["highest"] or 0)


def _read() -> dict[int, Mark]:
    """Return the marks in the file. Before touches were noted a mark was the number of a message alone."""
    path = _path()
    kept = json.loads(path.read_text()) if path.exists() else {}
    return {int(key): Mark(**each) if isinstance(each, dict) else Mark(message=each) for key, each in kept.items()}


def _write(kept: dict[int, Mark]) -> None:
    path = _path()
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({key: asdict(mark) for key, mark in kept.items()}))
    draft.replace(path)
