"""What colleagues said about a renewal, and where a person may say something."""

from dataclasses import dataclass

from dashboards.core.dates import clock_words, instant_cell
from dashboards.core.parts import TimelineEntry
from dashboards.queries.asker import Asker
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account, Comment
from renewals.queries.people import visible_to
from renewals.queries.written import Given, Written

MOST = 50
COMMENTS = Written(
    lambda: (
        Comment.objects.filter(renewal_id=Given("renewal"))
        .select_related("author")
        .order_by("-created_at", "-id")[:MOST]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPlace:
    """Where a comment goes: its address, and the renewal and task it is about."""

    action: str
    renewal_id: int | None
    about: str


def comment_place(
    asker: Asker, *, account_id: int, renewal_id: int | None = None, about: str = ""
) -> CommentPlace | None:
    """Return where the person may comment; None when their right does not reach this account."""
    if not may_comment(asker, account_id):
        return None
    return CommentPlace(action=f"/accounts/{account_id}/comments/", renewal_id=renewal_id, about=about)


def may_comment(asker: Asker, account_id: int) -> bool:
    """Answer whether the person may comment on this account: as they may record touches."""
    if not can(asker.member, "touchpoints.change"):
        return False
    if granted_scope(asker.member, "touchpoints.change") is Scope.ALL:
        return True
    mine = visible_to(Account.objects.filter(id=account_id), asker.member, "touchpoints.change")
    return mine.exists()


def renewal_comments(asker: Asker, renewal_id: int) -> tuple[TimelineEntry, ...]:
    """Return what was said about a renewal and its tasks, newest first."""
    if not can(asker.member, "touchpoints.view"):
        return ()
    return tuple(_entry(row, asker) for row in COMMENTS.read(renewal=renewal_id))


def _entry(row: Comment, asker: Asker) -> TimelineEntry:
    zone = asker.workspace.timezone
    cell = instant_cell(row.created_at, now=asker.now, zone=zone)
    return TimelineEntry(
        at=clock_words(row.created_at, zone=zone),
        when=cell.when,
        full=cell.full,
        iso=cell.iso,
        kind="comment",
        icon="chat-bubble-bottom-center-text",
        title=f"{row.author} on “{row.about}”" if row.about else f"{row.author} says",
        text=row.body,
    )
