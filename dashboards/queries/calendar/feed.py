"""What a feed says: days, steps, accounts and outcomes; no contact, no address, no amount."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from dashboards.core.ics import Event, calendar_text
from dashboards.queries.asker import Asker
from dashboards.queries.calendar.items import item_of
from dashboards.queries.calendar.rows import CANCELLED, SHOWN, visible_touches
from playbooks.models import CalendarFeed, CalendarFeedUse, ProjectedTouch
from renewals.models import Membership
from renewals.queries.people import membership_of

BACK = timedelta(days=30)
AHEAD = timedelta(days=190)
MOST_EVENTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """A feed as its owner sees it."""

    feed_id: int
    scope: str
    created_at: datetime
    last_used_at: datetime | None


def feed_of(secret_hash: str) -> tuple[CalendarFeed, Membership] | None:
    """Return the feed of this workspace and its person; None when it is unknown, revoked, or the person has left."""
    feed = CalendarFeed.objects.filter(secret_hash=secret_hash, revoked_at__isnull=True).first()
    membership = membership_of(feed.user_id) if feed else None
    return (feed, membership) if feed and membership else None


def feeds_of(asker: Asker) -> tuple[FeedLine, ...]:
    """Return the person's feeds that are in force, the newest first."""
    mine = CalendarFeed.objects.filter(user_id=asker.membership.user_id, revoked_at__isnull=True).order_by("-id")
    used = dict(CalendarFeedUse.objects.filter(feed__in=mine).values_list("feed_id", "last_used_at"))
    return tuple(
        FeedLine(feed_id=row.id, scope=row.scope, created_at=row.created_at, last_used_at=used.get(row.id))
        for row in mine
    )


def feed_stamp(asker: Asker, feed: CalendarFeed) -> str:
    """Return what changes whenever the feed would say something else."""
    found = _touches(asker, feed).aggregate(last=Max("id"), at=Max("at"))
    return f"{feed.id}-{found['last'] or 0}-{_touches(asker, feed).count()}-{asker.today.isoformat()}"


def feed_text(asker: Asker, feed: CalendarFeed) -> str:
    """Return the calendar of a feed, the earliest first, at most 2,000 entries."""
    rows = _touches(asker, feed).select_related("account", "owner").order_by("at", "id")[:MOST_EVENTS]
    whose = "my team" if feed.scope == "team" else "me"
    return calendar_text(f"{asker.workspace.name}: renewals, {whose}", [_event(row, asker) for row in rows])


def _touches(asker: Asker, feed: CalendarFeed) -> QuerySet[ProjectedTouch]:
    span = (asker.now - BACK, asker.now + AHEAD)
    found = visible_touches(asker).filter(effect__in=(*SHOWN, CANCELLED), at__range=span)
    if feed.scope == "own" or asker.membership.team_id is None:
        return found.filter(owner_id=asker.membership.user_id)
    team = Membership.objects.filter(team_id=asker.membership.team_id).values("user_id")
    return found.filter(Q(account__team_id=asker.membership.team_id) | Q(owner_id__in=team))


def _event(row: ProjectedTouch, asker: Asker) -> Event:
    item = item_of(row)
    loose = " ".join(("Not firm.", *(reason.text for reason in item.loose))) if item.loose else ""
    words = (f"{item.effect}, {item.owner}.", f"To the end that: {item.outcome}" if item.outcome else "", loose)
    return Event(
        uid=f"{asker.workspace.id}-{row.renewal_id}-{_identity(row)}@perennial",
        on=row.local_on,
        at=row.at if row.local_at else None,
        summary=f"{item.name}: {item.account}",
        description="\n".join(word for word in words if word),
        url=f"{settings.PUBLIC_URL.rstrip('/')}/renewals/{row.renewal_id}/",
        moves=row.moves,
        stamped_at=asker.now,
        is_cancelled=row.effect == CANCELLED,
        is_tentative=bool(item.loose),
    )


def _identity(row: ProjectedTouch) -> str:
    """Return what tells an entry from every other of its renewal: two playbooks may have a step of one key."""
    if row.step_key:
        return f"{row.playbook_key}.{row.step_key}"
    return f"{row.kind}-{row.name}".rstrip("-").replace(" ", "_")
