"""Tell targets outside about things inside: queued with the change they tell of, posted by whoever sweeps next.

At least once, with the same id on every attempt; refusals and faults are tried again for a day, then given up.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from playbooks.actions.channels.circuits import is_shut, let_through, note_answer
from playbooks.actions.channels.secrets import drop_secret, keep_secret
from playbooks.actions.limits import IS_FREE
from playbooks.channels.base import Receipt, SendResult
from playbooks.channels.posting import Post, Target, post
from playbooks.models import WebhookPost, WebhookTarget
from playbooks.queries.channels import channel_secret
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownChoice, UnknownReference
from renewals.core.text import check_line
from signals.core.sources.addresses import check_url
from signals.core.sources.errors import AddressRefused
from signals.core.sources.signatures import format_secret

TOPICS = ("escalation", "digest", "weekly_digest", "step")
STYLES = ("chat", "signed")
WAITS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600)
"""Seconds before each further attempt; together about 18 hours. Source: security design 4.9."""
DISABLED_AFTER = timedelta(days=5)
MOST = 20
LEASE_SECONDS = 30
LONGEST_TEXT = 2000

TAKE = f"""
UPDATE playbooks_webhookpost SET fence = fence + 1, attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id IN (
    SELECT p.id FROM playbooks_webhookpost AS p
    JOIN playbooks_webhooktarget AS t ON t.workspace_id = p.workspace_id AND t.id = p.target_id
    WHERE p.state = 'waiting' AND p.next_at <= %(now)s AND t.is_active AND p.target_id <> ALL(%(shut)s)
      AND {IS_FREE.format(row="p")}
    ORDER BY p.next_at, p.id LIMIT 1 FOR UPDATE OF p SKIP LOCKED)
RETURNING id, fence
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    """A target as it is entered; the address of a chat channel is itself a secret."""

    name: str
    style: str
    url: str
    topics: tuple[str, ...]


@transaction.atomic
def add_target(*, given: NewTarget, by: Actor, now: datetime) -> tuple[WebhookTarget, str]:
    """Keep a target; returns it with its signing secret, to be shown once ("" for a chat channel).

    Raises UnknownChoice, TextNotAllowed, InvalidInput for an address that may not be called or a name that is taken.
    """
    name = check_line(given.name, label="Name", longest=80, is_required=True)
    if given.style not in STYLES:
        raise UnknownChoice(f"'{given.style[:40]}' is no style.", remedy=f"Allowed: {', '.join(STYLES)}.")
    strangers = sorted(set(given.topics) - set(TOPICS))
    if strangers or not given.topics:
        raise UnknownChoice("Choose what the target is told.", remedy=f"Allowed: {', '.join(TOPICS)}.")
    try:
        address = check_url(given.url, allowed=settings.PULL_ALLOWED_HOSTS)
    except AddressRefused as error:
        raise InvalidInput(error.what, where="address") from error
    if WebhookTarget.objects.filter(name=name).exists():
        raise InvalidInput(f"There is a target called '{name}' already.", where="name")
    row = WebhookTarget.objects.create(
        workspace_id=by.workspace_id,
        name=name,
        style=given.style,
        host=address.host,
        topics=sorted(given.topics),
        created_at=now,
    )
    keep_secret(place=f"url:{row.id}", text=given.url, hint=address.host, by=by, now=now)
    shown = format_secret(secrets.token_bytes(32)) if given.style == "signed" else ""
    if shown:
        keep_secret(place=f"signing:{row.id}", text=shown, hint=shown[-4:], by=by, now=now)
    return row, shown


@transaction.atomic
def set_target_active(*, target_id: int, is_active: bool, by: Actor, now: datetime) -> WebhookTarget:
    """Tell a target again or no more; what waits for it meanwhile keeps waiting. Raises UnknownReference."""
    row = _target(target_id)
    row.is_active, row.failing_since = is_active, None
    row.save(update_fields=["is_active", "failing_since"])
    return row


@transaction.atomic
def forget_address(*, target_id: int, by: Actor, now: datetime) -> WebhookTarget:
    """Stop telling a target for good: its address and secret are forgotten, what was told stays on record."""
    row = set_target_active(target_id=target_id, is_active=False, by=by, now=now)
    for place in (f"url:{row.id}", f"signing:{row.id}"):
        drop_secret(place=place, by=by, now=now)
    WebhookPost.objects.filter(target=row, state="waiting").update(state="failed", settled_at=now)
    return row


@transaction.atomic
def tell(
    *, topic: str, post_key: str, text: str, by: Actor, now: datetime, facts: Mapping[str, Any] | None = None
) -> int:
    """Queue one thing for every active target of a topic; returns for how many. The same key is told once.

    `text` is one plain line or two; `facts` are ids and words for programs. Neither may hold more about people at an
    account than the account's name: what else there is to know is behind the log-in.
    """
    told = 0
    for target in WebhookTarget.objects.filter(is_active=True):
        if topic in target.topics:
            told += _queue(target, topic, post_key, _body(target, topic, text, facts or {}), now=now)
    return told


@transaction.atomic
def tell_target(
    *, target_id: int, post_key: str, facts: Mapping[str, Any], text: str, by: Actor, now: datetime
) -> bool:
    """Queue one thing for one target, as a step of a playbook does; False if this key was queued before.

    Raises UnknownReference.
    """
    target = _target(target_id)
    return _queue(target, "step", post_key, _body(target, "step", text, facts), now=now)


def post_due(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Post what is due, one target's fault holding up no other; returns how many attempts were made."""
    attempts = 0
    while attempts < MOST:
        taken = _take(by=by, now=now, clock=clock)
        if taken is None:
            break
        attempts += 1
        row, fence, target = taken
        given = Post(post_key=row.post_key, timestamp=int(now.timestamp()), body=row.body)
        result = post(target, given)
        with in_workspace(by.workspace_id, by=by, why="webhook told", now=clock):
            _note(row.id, fence, result, by=by, now=now)
    return attempts


def _take(*, by: Actor, now: datetime, clock: datetime | None) -> tuple[WebhookPost, int, Target] | None:
    with in_workspace(by.workspace_id, by=by, why="webhook due", now=clock):
        ids = WebhookTarget.objects.filter(is_active=True).values_list("id", flat=True)
        shut = [number for number in ids if is_shut(_circuit(number), now=now)]
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {"lease": LEASE_SECONDS, "now": now, "shut": shut})
            found = cursor.fetchone()
        if found is None:
            return None
        row = WebhookPost.objects.get(id=found[0])
        let_through(name=_circuit(row.target_id), by=by, now=now)
        url = channel_secret(by.workspace_id, f"url:{row.target_id}")
        signing = channel_secret(by.workspace_id, f"signing:{row.target_id}")
        return row, found[1], Target(url=url, signing_secret=signing)


def _note(post_id: int, fence: int, result: SendResult, *, by: Actor, now: datetime) -> None:
    row = WebhookPost.objects.select_for_update().filter(id=post_id, fence=fence, state="waiting").first()
    if row is None:
        return
    note_answer(name=_circuit(row.target_id), result=result, by=by, now=now)
    row.lease_until, row.last_answer = None, result.reason[:300]
    if result.receipt is Receipt.ACCEPTED:
        row.state, row.settled_at = "done", now
        WebhookTarget.objects.filter(id=row.target_id).exclude(failing_since=None).update(failing_since=None)
    else:
        _put_off(row, result, now=now)
    row.save()


def _put_off(row: WebhookPost, result: SendResult, *, now: datetime) -> None:
    if row.attempts > len(WAITS):
        row.state, row.settled_at = "failed", now
    else:
        asked = timedelta(seconds=result.retry_after_seconds or 0)
        row.next_at = now + max(timedelta(seconds=WAITS[row.attempts - 1]), asked)
    WebhookTarget.objects.filter(id=row.target_id, failing_since=None).update(failing_since=now)
    long_ago = now - DISABLED_AFTER
    WebhookTarget.objects.filter(id=row.target_id, failing_since__lt=long_ago).update(is_active=False)


def _queue(target: WebhookTarget, topic: str, post_key: str, body: dict[str, Any], *, now: datetime) -> bool:
    _, is_new = WebhookPost.objects.get_or_create(
        workspace_id=target.workspace_id,
        target=target,
        post_key=post_key[:120],
        defaults={"topic": topic, "body": body, "next_at": now, "created_at": now},
    )
    return is_new


def _body(target: WebhookTarget, topic: str, text: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if target.style == "chat":
        # A chat reads these three as its own markup: an account's name must not call a whole channel.
        return {"text": text[:LONGEST_TEXT].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    return {"topic": topic, "text": text[:LONGEST_TEXT], **facts}


def _target(target_id: int) -> WebhookTarget:
    row = WebhookTarget.objects.select_for_update().filter(id=target_id).first()
    if row is None:
        raise UnknownReference(f"There is no webhook target {target_id} in this workspace.")
    return row


def _circuit(target_id: int) -> str:
    return f"webhook:{target_id}"
