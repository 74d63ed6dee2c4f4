"""Start, change and end a series of reviews. The meeting ahead moves along as long as nobody has worked on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from playbooks.actions.reviews.opening import invite, redate
from playbooks.core.errors import SeriesRefused
from playbooks.core.reviews.cadence import Cadence, check_cadence
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewSeries
from playbooks.queries.reviews.meetings import active_members
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.text import check_line


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWish:
    """What a series is to be. Without team and segment the whole book; `least_amount` None: as the rules say."""

    kind: ReviewKind
    name: str
    cadence: Cadence
    owner_id: int
    invited: tuple[int, ...] = ()
    team_id: int | None = None
    segment: str = ""
    least_amount: Decimal | None = None


@transaction.atomic
def start_series(*, wish: SeriesWish, by: Actor, now: datetime) -> ReviewSeries:
    """Start a series; the sweep opens its first review. A running series of the same name is returned as it is.

    Raises SeriesRefused, UnknownTimeZone, UnknownReference for people who are no members, TextNotAllowed.
    """
    values = _checked(wish)
    running = ReviewSeries.objects.filter(name=values["name"], ended_at__isnull=True).first()
    if running is not None:
        return running
    return ReviewSeries.objects.create(workspace_id=by.workspace_id, created_at=now, updated_at=now, **values)


@transaction.atomic
def change_series(*, series_id: int, wish: SeriesWish, by: Actor, now: datetime) -> ReviewSeries:
    """Change a series. Its review ahead gets the new day, owner and guests unless somebody has worked on it already.

    Raises as `start_series`, and SeriesRefused for a series that has ended or a name that another one has.
    """
    row = _running(series_id)
    values = _checked(wish)
    if ReviewSeries.objects.filter(name=values["name"], ended_at__isnull=True).exclude(id=row.id).exists():
        raise SeriesRefused("Another series has this name.", where="name")
    if row.kind != values["kind"]:
        raise SeriesRefused("A series keeps its kind.", where="kind", remedy="End it and start another.")
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    for review in Review.objects.select_for_update().filter(series=row, state="open", starts_at__gt=now):
        redate(review, row, now=now)
        invite(review, row)
    return row


@transaction.atomic
def end_series(*, series_id: int, by: Actor, now: datetime) -> ReviewSeries:
    """Let a series open no review any more; what is open stays open. A second call changes nothing."""
    row = ReviewSeries.objects.select_for_update().filter(id=series_id).first()
    if row is None:
        raise UnknownReference(f"There is no series {series_id} in this workspace.", where="series")
    if row.ended_at is None:
        row.ended_at, row.updated_at = now, now
        row.save(update_fields=["ended_at", "updated_at"])
    return row


def _running(series_id: int) -> ReviewSeries:
    row = ReviewSeries.objects.select_for_update().filter(id=series_id).first()
    if row is None:
        raise UnknownReference(f"There is no series {series_id} in this workspace.", where="series")
    if row.ended_at is not None:
        raise SeriesRefused("This series has ended.", where="series", remedy="Start another one.")
    return row


def _checked(wish: SeriesWish) -> dict[str, object]:
    check_cadence(wish.cadence)
    _check_people((wish.owner_id, *wish.invited))
    cadence = wish.cadence
    return {
        "kind": wish.kind.value,
        "name": check_line(wish.name, label="Name", longest=120, is_required=True),
        "every": cadence.every.value,
        "weekday": cadence.weekday,
        "at": cadence.at,
        "zone": cadence.zone,
        "minutes": cadence.minutes,
        "lead_days": cadence.lead_days,
        "team_id": wish.team_id,
        "segment": wish.segment,
        "least_amount": wish.least_amount,
        "owner_id": wish.owner_id,
        "invited": sorted(set(wish.invited) - {wish.owner_id}),
    }


def _check_people(people: Iterable[int]) -> None:
    if not set(people) <= active_members():
        raise UnknownReference("Somebody who is invited is no member of this workspace.", where="invited")
