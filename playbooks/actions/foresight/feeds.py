"""Feeds for a person's own calendar program: shown once, kept as a hash; revoked; asked for within limits."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from playbooks.models import CalendarFeed, CalendarFeedUse
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 60
SCOPES = ("own", "team")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed just made; nobody can read `token` again later."""

    feed_id: int
    token: str


def make_feed(*, scope: str, by: Actor, now: datetime) -> NewFeed:
    """Make a feed of the person's own days or of their team's; raises InvalidInput for another scope or no person."""
    if scope not in SCOPES or by.id is None:
        raise InvalidInput(f"A feed shows own or team days of a person, not '{scope}'.", where="scope")
    token = f"{by.workspace_id}-{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        feed = CalendarFeed.objects.create(
            workspace_id=by.workspace_id, user_id=by.id, scope=scope, secret_hash=hash_token(token), created_at=now
        )
    return NewFeed(feed_id=feed.id, token=token)


def revoke_feed(*, feed_id: int, by: Actor, now: datetime) -> CalendarFeed:
    """Revoke one's own feed at once; a second call changes nothing. Raises UnknownReference for anybody else's."""
    with transaction.atomic():
        mine = CalendarFeed.objects.filter(id=feed_id, user_id=by.id)
        mine.filter(revoked_at__isnull=True).update(revoked_at=now)
        feed = mine.first()
    if feed is None:
        raise UnknownReference(f"Feed {feed_id} is not yours.", where="feed")
    return feed


def note_asked(*, feed: CalendarFeed, now: datetime) -> bool:
    """Count a request; answers False when the feed has been asked for too often within the hour."""
    with transaction.atomic():
        shared = {"workspace_id": feed.workspace_id, "feed": feed}
        fresh = {"last_used_at": now, "hour_began_at": now}
        use, _ = CalendarFeedUse.objects.select_for_update().get_or_create(**shared, defaults=fresh)
        if use.hour_began_at <= now - HOUR:
            use.hour_began_at, use.asked = now, 0
        use.asked, use.last_used_at = use.asked + 1, now
        use.save()
    return use.asked <= MOST_AN_HOUR


def hash_token(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hexadecimal. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
