"""Pull signals on a schedule: lease what is due, fetch outside any transaction, keep page and cursor together.

A worker that dies leaves a lease that runs out; what it had not kept is fetched again from the same cursor.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from signals.actions.sources.fetch import HttpPuller, checked
from signals.actions.sources.hooks import keep_secret
from signals.actions.sources.targets import let_through, locked_targets, note_answer, probe_target
from signals.core.errors import FieldUnknown
from signals.core.sources.addresses import check_keyless, origin_of
from signals.core.sources.mapping import MOST_EVENTS
from signals.core.sources.pages import Page, PageUnreadable, Puller, PullFailed, wait_after
from signals.core.sources.paths import check_path
from signals.models import Delivery, Pull, PullState, PullTarget, Source, SourceSecret
from signals.queries.hooks import pull_token

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
MOST_PAGES = 20
MOST_DUE = 20
HEADERS = ("Authorization", "X-Api-Key", "Api-Key", "X-Auth-Token")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullTerms:
    """What is fetched and how: the fields of a pull as a person sets them."""

    url: str
    items_path: str = ""
    cursor_parameter: str = ""
    next_path: str = ""
    header: str = "Authorization"
    every_minutes: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A pull taken up by one worker. A page counts only while the number is the current one."""

    pull: Pull
    number: int
    cursor: str
    token: str = field(repr=False)
    is_probe: bool = False


@transaction.atomic
def set_pull(*, source_id: int, terms: PullTerms, token: str, by: Actor, now: datetime) -> Pull:
    """Keep what is pulled for a source; another address begins anew. An empty token keeps the present one.

    A token is for the host it was entered for: on another host it is forgotten, so that nobody can send it elsewhere.

    Raises AddressRefused, PathInvalid, SecretInvalid, UnknownReference.
    """
    source = Source.objects.filter(id=source_id).first()
    if source is None:
        raise UnknownReference(f"There is no source {source_id} in this workspace.")
    checked(terms.url)
    check_keyless(terms.url)
    if terms.header not in HEADERS:
        raise FieldUnknown(f"'{terms.header[:40]}' cannot carry a token.", remedy=f"Allowed: {', '.join(HEADERS)}.")
    before = Pull.objects.filter(source=source).values_list("url", flat=True).first()
    values = {
        "url": terms.url,
        "items_path": check_path(terms.items_path),
        "next_path": check_path(terms.next_path),
        "cursor_parameter": terms.cursor_parameter.strip()[:60],
        "header": terms.header,
        "every_minutes": max(terms.every_minutes, 1),
        "is_active": True,
    }
    pull, _ = Pull.objects.update_or_create(
        workspace_id=by.workspace_id, source=source, defaults=values, create_defaults={**values, "created_at": now}
    )
    state = {"next_at": now, "attempts": 0, "last_error": "", "lease_until": None}
    anew = {"cursor": ""} if before not in (None, terms.url) else {}
    PullState.objects.update_or_create(workspace_id=by.workspace_id, pull=pull, defaults={**state, **anew})
    PullState.objects.filter(pull=pull).update(lease_number=F("lease_number") + 1)
    if before is not None and origin_of(before) != origin_of(terms.url):
        SourceSecret.objects.filter(source=source, purpose=SourceSecret.Purpose.PULL).delete()
    if token.strip():
        keep_secret(source=source, purpose="pull", text=token.strip(), ends_at=now, by=by, now=now)
    return pull


@transaction.atomic
def set_pull_active(*, source_id: int, is_active: bool, by: Actor, now: datetime) -> bool:
    """Stop or go on pulling; the cursor stays. Returns whether anything changed."""
    return bool(Pull.objects.filter(source_id=source_id).exclude(is_active=is_active).update(is_active=is_active))


@transaction.atomic
def pull_soon(*, source_id: int, by: Actor, now: datetime) -> bool:
    """Let the next sweep pull this source, whenever it would have been due; a target that rests is asked once."""
    for pull in Pull.objects.filter(source_id=source_id, is_active=True):
        probe_target(pull=pull, by=by, now=now)
    return bool(PullState.objects.filter(pull__source_id=source_id, pull__is_active=True).update(next_at=now))


def run_due_pulls(*, workspace_id: int, by: Actor, now: datetime, clock: Callable[[], datetime]) -> int:
    """Pull every source that is due, page by page; return how many pages were kept."""
    with in_workspace(workspace_id, by=by, why="pulls that are due"):
        leases = lease_due(by=by, now=now)
    return sum(_run(workspace_id, lease, by, clock) for lease in leases)


@transaction.atomic
def lease_due(*, by: Actor, now: datetime) -> list[Lease]:
    """Return the pulls that are due and nobody holds, now held by the caller for ten minutes.

    A lease further ahead was taken before the clock was put back. One whose target is out of order waits until it may
    be asked again, without a call.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE)
    due = PullState.objects.filter(free, next_at__lte=now, pull__is_active=True, pull__source__is_active=True)
    held = due.select_for_update(skip_locked=True, of=("self",)).select_related("pull").order_by("next_at")
    states = list(held[:MOST_DUE])
    targets = locked_targets(pulls=[state.pull for state in states], by=by, now=now)
    found = (_lease(state, targets[origin_of(state.pull.url)], by, now) for state in states)
    return [lease for lease in found if lease is not None]


def _lease(state: PullState, target: PullTarget, by: Actor, now: datetime) -> Lease | None:
    passage = let_through(target=target, by=by, now=now)
    if not passage.is_allowed:
        state.next_at = passage.retry_at or now
        state.save(update_fields=["next_at"])
        return None
    state.lease_until, state.lease_number = now + LEASE, state.lease_number + 1
    state.save(update_fields=["lease_until", "lease_number"])
    token = pull_token(state.workspace_id, state.pull.source_id, now=now)
    return Lease(
        pull=state.pull, number=state.lease_number, cursor=state.cursor, token=token, is_probe=passage.is_probe
    )


def _run(workspace_id: int, lease: Lease, by: Actor, clock: Callable[[], datetime]) -> int:
    puller = HttpPuller(pull=lease.pull, token=lease.token)
    cursor, kept = lease.cursor, 0
    for turn in range(1, MOST_PAGES + 1):
        found = _fetch(puller, cursor)
        with in_workspace(workspace_id, by=by, why="a page was pulled"):
            at = clock()
            if isinstance(found, PullFailed):
                note_failure(lease=lease, failure=found, by=by, now=at)
                return kept
            if not keep_page(lease=lease, page=found, by=by, now=at, is_last=turn == MOST_PAGES):
                return kept
        kept, cursor = kept + 1, found.cursor
        if not found.has_more:
            break
    return kept


def _fetch(puller: Puller, cursor: str) -> Page | PullFailed:
    try:
        return puller.page(cursor)
    except PageUnreadable as error:
        return PullFailed(str(error))
    except PullFailed as error:
        return error


@transaction.atomic
def keep_page(*, lease: Lease, page: Page, by: Actor, now: datetime, is_last: bool = False) -> bool:
    """Keep the items raw and the cursor with them, or neither; False when somebody else has the lease by now.

    After the last page of a turn the lease is given back, so that the next sweep goes on.
    """
    pull = lease.pull
    state = PullState.objects.select_for_update().filter(pull=pull, lease_number=lease.number).first()
    if state is None:
        return False
    for place in range(0, len(page.items), MOST_EVENTS):
        body = json.dumps(page.items[place : place + MOST_EVENTS], sort_keys=True)
        message_id = f"pull:{hashlib.sha256(body.encode()).hexdigest()}"
        Delivery.objects.get_or_create(
            workspace_id=pull.workspace_id,
            source_id=pull.source_id,
            message_id=message_id,
            defaults={"received_at": now, "body": body},
        )
    wait = timedelta() if page.has_more else timedelta(minutes=pull.every_minutes)
    state.cursor, state.next_at, state.last_ok_at = page.cursor, now + wait, now
    state.lease_until = now + LEASE if page.has_more and not is_last else None
    state.attempts, state.last_error = 0, ""
    state.pages_count, state.items_count = state.pages_count + 1, state.items_count + len(page.items)
    state.save()
    note_answer(pull=pull, is_probe=lease.is_probe, is_fault=False, by=by, now=now)
    return True


@transaction.atomic
def note_failure(*, lease: Lease, failure: PullFailed, by: Actor, now: datetime) -> bool:
    """Note why a page could not be had and when to try again; the cursor stays where it was."""
    state = PullState.objects.select_for_update().filter(pull=lease.pull, lease_number=lease.number).first()
    if state is None:
        return False
    log.warning("Pull %s failed: %s", lease.pull.id, failure)
    state.attempts = min(state.attempts + 1, 1_000)
    state.last_error = str(failure)[:300]
    state.next_at = now + wait_after(state.attempts, asked=failure.retry_after)
    state.lease_until = None
    state.save()
    note_answer(pull=lease.pull, is_probe=lease.is_probe, is_fault=failure.is_fault, by=by, now=now)
    return True
