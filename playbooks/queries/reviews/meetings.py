"""Series and reviews as actions need them: what is next, what was carried and waits, who may be asked."""

from datetime import datetime

from playbooks.core.reviews.agenda import CarriedItem
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.rules import About
from playbooks.models import Review, ReviewItem, ReviewSeries
from renewals.models import Membership


def cadence_of(series: ReviewSeries) -> Cadence:
    """Return by which rule a series meets."""
    return Cadence(
        every=Every(series.every),
        weekday=series.weekday,
        at=series.at,
        zone=series.zone,
        minutes=series.minutes,
        lead_days=series.lead_days,
    )


def active_members() -> set[int]:
    """Return the people of the workspace."""
    return set(Membership.objects.filter(is_active=True, user__is_active=True).values_list("user_id", flat=True))


def waiting_items(series: ReviewSeries) -> list[ReviewItem]:
    """Return the items that ended reviews of a series left open and no later one has taken, the oldest first."""
    rows = ReviewItem.objects.filter(review__series=series, state="carried", carried_to__isnull=True)
    ended = rows.exclude(review__state="open").select_related("renewal", "decision")
    return list(ended.order_by("first_on", "id"))


def carried_items(waiting: list[ReviewItem]) -> list[CarriedItem]:
    """Return what a new agenda takes over: of several with one key the one that was carried most often."""
    found: dict[str, CarriedItem] = {}
    for row in waiting:
        if row.key not in found or found[row.key].age <= row.age:
            found[row.key] = CarriedItem(
                key=row.key,
                about=About(row.about),
                item_id=row.id,
                age=row.age + 1,
                first_on=min(row.first_on, found[row.key].first_on) if row.key in found else row.first_on,
                weight_amount=row.weight_amount,
            )
    return list(found.values())


def looked_since(series: ReviewSeries, *, default: datetime) -> datetime:
    """Return when the agenda of the last review that was held was made; `default` for the first."""
    held = Review.objects.filter(series=series, state="closed").order_by("-held_on")
    return held.values_list("built_at", flat=True).first() or default
