"""Open the next review of each series, exactly once, with its agenda; look again at what has come up since."""

from datetime import date, datetime, timedelta

from django.db import transaction

from playbooks.actions.reviews.items import put_items
from playbooks.actions.reviews.settling import settle_decisions
from playbooks.core.reviews.agenda import Agenda, build_agenda
from playbooks.core.reviews.cadence import is_to_open, next_day, starts_at
from playbooks.core.reviews.life import ItemState, check_open
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewAttendance, ReviewItem, ReviewSeries
from playbooks.queries.library import review_rules
from playbooks.queries.reviews.meetings import active_members, cadence_of, carried_items, looked_since, waiting_items
from playbooks.queries.reviews.subjects import Found, subjects_of
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import UnknownReference

FIRST_LOOK = timedelta(days=7)
GONE = "No rule raises it any more."


@transaction.atomic
def tend_reviews(*, by: Actor, now: datetime) -> int:
    """Settle decisions whose task was done, and open what is to be opened; returns how much changed."""
    changed = settle_decisions(by=by, now=now)
    for series in ReviewSeries.objects.select_for_update().filter(ended_at__isnull=True).order_by("id"):
        changed += _open_next(series, by=by, now=now)
    return changed


@transaction.atomic
def look_again(*, review_id: int, by: Actor, now: datetime) -> Review:
    """Ask the rules again: what has come up is added, reasons of open items are renewed, what is over is noted.

    What somebody has settled stays as it is. Raises UnknownReference, ReviewOver.
    """
    review = locked_review(review_id)
    check_open(review.state)
    agenda, found, waiting = _agenda(review, now=now)
    rows = put_items(review, agenda.items, found=found, waiting=waiting)
    raised = {item.key for item in agenda.items}
    for row in rows.values():
        if row.key not in raised and row.state == ItemState.OPEN and row.age == 0 and row.why:
            row.state, row.note, row.settled_at, row.settled_by = ItemState.NOTED.value, GONE, now, by.label[:150]
            row.save(update_fields=["state", "note", "settled_at", "settled_by"])
    review.left_out, review.built_at = agenda.left_out, now
    review.save(update_fields=["left_out", "built_at"])
    return review


def locked_review(review_id: int) -> Review:
    """Return a review under its lock, with its series; raises UnknownReference."""
    rows = Review.objects.select_related("series__team", "owner")
    row = rows.select_for_update(of=("self",)).filter(id=review_id).first()
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.", where="review")
    return row


def take_waiting(series: ReviewSeries) -> int:
    """Bring what an ended review left open onto the next open one, if there is one; returns how many items."""
    ahead = Review.objects.select_for_update().filter(series=series, state="open").order_by("held_on").first()
    waiting = waiting_items(series) if ahead is not None else []
    if ahead is None or not waiting:
        return 0
    kind = review_rules().kinds[ReviewKind(series.kind)]
    put_items(ahead, build_agenda(kind, (), carried_items(waiting)).items, found={}, waiting=waiting)
    return len(waiting)


def invite(review: Review, series: ReviewSeries) -> None:
    """Have the owner and the guests of the series on the list; who is no guest any more and was not there leaves it."""
    people = ({series.owner_id, *series.invited}) & active_members()
    rows = [
        ReviewAttendance(workspace_id=review.workspace_id, review=review, person_id=person) for person in sorted(people)
    ]
    ReviewAttendance.objects.bulk_create(rows, ignore_conflicts=True)
    gone = ReviewAttendance.objects.filter(review=review, is_invited=True, presence="unknown")
    gone.exclude(person_id__in=people).delete()


def redate(review: Review, series: ReviewSeries, *, now: datetime) -> None:
    """Give a review ahead the day, time and owner its series has now, unless another one has that day."""
    cadence = cadence_of(series)
    day = next_day(cadence, today=local_date(now, series.zone), after=_last_day(series, but=review.id))
    touched = ReviewItem.objects.filter(review=review).exclude(state=ItemState.OPEN).exists()
    if not touched:
        review.held_on, review.starts_at = day, starts_at(cadence, day)
    review.owner_id = series.owner_id
    review.save(update_fields=["held_on", "starts_at", "owner"])


def _open_next(series: ReviewSeries, *, by: Actor, now: datetime) -> int:
    cadence = cadence_of(series)
    day = next_day(cadence, today=local_date(now, series.zone), after=_last_day(series))
    if not is_to_open(cadence, day, now=now):
        return 0
    review = Review.objects.create(
        workspace_id=by.workspace_id,
        series=series,
        held_on=day,
        starts_at=starts_at(cadence, day),
        owner_id=series.owner_id,
        rule_version=review_rules().label,
        looked_since_at=looked_since(series, default=now - FIRST_LOOK),
        opened_at=now,
        built_at=now,
    )
    invite(review, series)
    agenda, found, waiting = _agenda(review, now=now)
    put_items(review, agenda.items, found=found, waiting=waiting)
    review.left_out = agenda.left_out
    review.save(update_fields=["left_out"])
    return 1


def _agenda(review: Review, *, now: datetime) -> tuple[Agenda, dict[str, Found], list[ReviewItem]]:
    series = review.series
    found = subjects_of(series, since=review.looked_since_at, today=local_date(now, series.zone))
    waiting = waiting_items(series)
    agenda = build_agenda(
        review_rules().kinds[ReviewKind(series.kind)],
        (each.subject for each in found.values()),
        carried_items(waiting),
        least_amount=series.least_amount,
    )
    return agenda, found, waiting


def _last_day(series: ReviewSeries, *, but: int | None = None) -> date | None:
    rows = Review.objects.filter(series=series).exclude(id=but).order_by("-held_on")
    return rows.values_list("held_on", flat=True).first()
