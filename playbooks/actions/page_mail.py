"""Subscribe to a page, end it, and write the mail of one moment, once, whoever tries."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from playbooks.core.page_mail import Every, Rhythm, mail_key, next_mail_at
from playbooks.models import PageMail, PageSubscription
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference

MOST_EACH = 20
LONGEST_PATH, LONGEST_QUERY = 200, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page with its filters, what it is called, and when it is to come."""

    path: str
    query: str
    title: str
    rhythm: Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A page as it was written for its reader."""

    subject: str
    text_body: str
    html_body: str


@transaction.atomic
def subscribe(*, wanted: Wanted, by: Actor, now: datetime) -> PageSubscription:
    """Keep a subscription of the acting person; the same page again changes its time. Raises InvalidInput."""
    if by.id is None:
        raise InvalidInput("Only a person subscribes to a page.")
    if len(wanted.path) > LONGEST_PATH or len(wanted.query) > LONGEST_QUERY:
        raise InvalidInput("The address of the page is too long.", remedy="Take some filters away.")
    mine = PageSubscription.objects.filter(user_id=by.id, ended_at__isnull=True)
    if not mine.filter(path=wanted.path, query=wanted.query).exists() and mine.count() >= MOST_EACH:
        raise InvalidInput(f"{MOST_EACH} pages are mailed to you already.", remedy="End one of them first.")
    rhythm = wanted.rhythm
    values = {
        "title": wanted.title[:200],
        "every": rhythm.every.value,
        "weekday": rhythm.weekday,
        "hour": rhythm.hour,
        "zone": rhythm.zone,
        "next_at": next_mail_at(rhythm, now=now),
    }
    row, _ = PageSubscription.objects.update_or_create(
        workspace_id=by.workspace_id,
        user_id=by.id,
        path=wanted.path,
        query=wanted.query,
        ended_at=None,
        defaults=values,
        create_defaults=values | {"created_at": now},
    )
    return row


@transaction.atomic
def end_own_subscription(*, subscription_id: int, by: Actor, now: datetime) -> PageSubscription:
    """End one's own subscription. Raises UnknownReference for another person's, or one that is ended."""
    row = PageSubscription.objects.filter(id=subscription_id, user_id=by.id, ended_at__isnull=True).first()
    if row is None:
        raise UnknownReference(f"There is no subscription {subscription_id} of yours.")
    return _end(row, "its reader ended it", now=now)


@transaction.atomic
def end_unreadable(*, subscription_id: int, why: str, by: Actor, now: datetime) -> None:
    """End a subscription whose page its reader may not see any more, or that is gone."""
    row = _due(subscription_id, now=now)
    if row is not None:
        _end(row, why, now=now)


@transaction.atomic
def write_mail(*, subscription_id: int, letter: Letter, by: Actor, now: datetime) -> bool:
    """Keep the mail of the moment that is due and move the subscription on; False where that was done already."""
    row = _due(subscription_id, now=now)
    if row is None:
        return False
    PageMail.objects.create(
        workspace_id=by.workspace_id,
        subscription=row,
        mail_key=mail_key(row.next_at),
        to_address=row.user.email,
        to_name=row.user.name,
        subject=letter.subject[:300],
        text_body=letter.text_body,
        html_body=letter.html_body,
        next_at=now,
        made_at=now,
    )
    row.next_at = next_mail_at(rhythm_of(row), now=now)
    row.save(update_fields=["next_at"])
    return True


def rhythm_of(row: PageSubscription) -> Rhythm:
    """Return when a subscription comes."""
    return Rhythm(every=Every(row.every), weekday=row.weekday, hour=row.hour, zone=row.zone)


def _due(subscription_id: int, *, now: datetime) -> PageSubscription | None:
    """Lock the subscription; None where another worker was faster."""
    rows = PageSubscription.objects.select_for_update(of=("self",)).select_related("user")
    return rows.filter(id=subscription_id, ended_at__isnull=True, next_at__lte=now).first()


def _end(row: PageSubscription, why: str, *, now: datetime) -> PageSubscription:
    row.ended_at, row.ended_because = now, why[:200]
    row.save(update_fields=["ended_at", "ended_because"])
    return row
