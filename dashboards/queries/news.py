"""What changed since a person was here: on the queue over their accounts, on an account for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from dashboards.queries.counts import numbers_up_to
from playbooks.models import Message, Task
from renewals.core.roles import can
from renewals.models import Account, Comment, Outcome, Touchpoint
from renewals.queries.people import visible_to
from signals.models import CurrentScore, Signal
from signals.queries.scores import score_at

MOST = 99
LISTED = 3
SMALLEST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new since a visit ended; `links` is empty when nothing is."""

    since: DateCell
    links: tuple[Link, ...]


def queue_news(asker: Asker, *, since: datetime) -> News:
    """Return what others and the playbooks did on the person's accounts since their last visit."""
    me = asker.membership.user_id
    calls = Comment.objects.filter(mentioned__contains=[me], created_at__gt=since).select_related("account", "author")
    named = tuple(
        Link(text=f"{row.author} mentions you at {row.account.name}", href=f"/accounts/{row.account_id}/#timeline")
        for row in calls.order_by("-created_at", "-id")[:LISTED]
    )
    found = numbers_up_to(_queue_parts(asker, since, me), MOST)
    return News(since=_cell(asker, since), links=(*named, *_links(found, QUEUE_WORDS)))


def account_news(asker: Asker, account_id: int, *, since: datetime) -> News:
    """Return what happened at an account since the person looked at it last."""
    found = numbers_up_to(_account_parts(asker, account_id, since), MOST)
    moved = _movement(account_id, since) if can(asker.member, "scores.view") else ()
    return News(since=_cell(asker, since), links=(*moved, *_links(found, ACCOUNT_WORDS)))


def _cell(asker: Asker, since: datetime) -> DateCell:
    return instant_cell(since, now=asker.now, zone=asker.workspace.timezone)


def _queue_parts(asker: Asker, since: datetime, me: int) -> dict[str, QuerySet]:
    mine = visible_to(Account.objects.all(), asker.member, "queue.view")
    return {
        "tasks": Task.objects.filter(assignee_id=me, state="open", created_at__gt=since),
        "done": Task.objects.filter(account__in=mine, state="done", completed_at__gt=since).exclude(completed_by_id=me),
        "replies": Touchpoint.objects.filter(account__in=mine, direction="inbound", recorded_at__gt=since),
        "comments": Comment.objects.filter(account__in=mine, created_at__gt=since).exclude(author_id=me),
        "sent": Message.objects.filter(account__in=mine, sent_at__gt=since),
        "outcomes": Outcome.objects.filter(renewal__account__in=mine, recorded_at__gt=since),
    }


def _account_parts(asker: Asker, account_id: int, since: datetime) -> dict[str, QuerySet]:
    me = asker.membership.user_id
    parts: dict[str, tuple[str, QuerySet]] = {
        "done": ("tasks.view", Task.objects.filter(account_id=account_id, state="done", completed_at__gt=since)),
        "touches": (
            "touchpoints.view",
            Touchpoint.objects.filter(account_id=account_id, recorded_at__gt=since).exclude(origin="task"),
        ),
        "comments": (
            "touchpoints.view",
            Comment.objects.filter(account_id=account_id, created_at__gt=since).exclude(author_id=me),
        ),
        "signals": ("signals.view", Signal.objects.filter(account_id=account_id, received_at__gt=since)),
    }
    return {key: rows for key, (permission, rows) in parts.items() if can(asker.member, permission)}


def _movement(account_id: int, since: datetime) -> tuple[Link, ...]:
    now = CurrentScore.objects.filter(account_id=account_id).first()
    before = score_at(account_id, kind="health", at=since)
    if now is None or now.value is None or before is None or before.value is None:
        return ()
    if abs(now.value - before.value) < SMALLEST:
        return ()
    return (Link(text=f"health went from {before.value:.0f} to {now.value:.0f}", href="#health"),)


def _links(found: Mapping[str, str], words: Mapping[str, tuple[str, str, str]]) -> tuple[Link, ...]:
    return tuple(
        Link(text=f"{found[key]} {one if found[key] == '1' else many}", href=href)
        for key, (one, many, href) in words.items()
        if key in found
    )


# Key: one, many, where it is shown.
QUEUE_WORDS: Mapping[str, tuple[str, str, str]] = {
    "tasks": ("new task for you", "new tasks for you", ""),
    "replies": ("answer came in", "answers came in", ""),
    "comments": ("comment by colleagues", "comments by colleagues", ""),
    "done": ("task done by others", "tasks done by others", ""),
    "sent": ("message sent", "messages sent", "/messages/"),
    "outcomes": ("renewal ended", "renewals ended", "/pipeline/"),
}
ACCOUNT_WORDS: Mapping[str, tuple[str, str, str]] = {
    "touches": ("touch", "touches", "?kind=touches#timeline"),
    "comments": ("comment", "comments", "?kind=comments#timeline"),
    "done": ("task done", "tasks done", "?kind=work#timeline"),
    "signals": ("signal", "signals", "?kind=signals#timeline"),
}
