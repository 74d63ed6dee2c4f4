"""Write the items of an agenda: new ones, what rules say of those that are there, what earlier reviews left open."""

from collections.abc import Iterable, Mapping

from playbooks.core.reviews.agenda import AgendaItem
from playbooks.core.reviews.life import ItemState
from playbooks.core.reviews.rules import About
from playbooks.models import Review, ReviewItem
from playbooks.queries.reviews.subjects import Found


def put_items(
    review: Review, items: Iterable[AgendaItem], *, found: Mapping[str, Found], waiting: Iterable[ReviewItem]
) -> dict[str, ReviewItem]:
    """Put items on an agenda and return all rows by key. Twice the same changes nothing; nothing settled is touched.

    Each of `waiting` is taken over by the item with its key, so that it is carried once.
    """
    sources = {row.key: row for row in waiting}
    rows = {row.key: row for row in ReviewItem.objects.select_for_update().filter(review=review).order_by("place")}
    place = max((row.place for row in rows.values()), default=0)
    fresh = []
    for item in items:
        if item.key in rows:
            _renew(rows[item.key], item)
            continue
        place += 1
        fresh.append(_new(review, item, place, found.get(item.key), sources.get(item.key)))
    rows |= {row.key: row for row in ReviewItem.objects.bulk_create(fresh)}
    for source in sources.values():
        source.carried_to = rows[source.key]
        source.save(update_fields=["carried_to"])
    return rows


def _renew(row: ReviewItem, item: AgendaItem) -> None:
    if item.carried is not None:
        row.age, row.first_on = max(row.age, item.carried.age), min(row.first_on, item.carried.first_on)
    if row.state == ItemState.OPEN and item.why:
        row.why, row.weight_amount = _why(item), item.weight_amount
    row.save(update_fields=["age", "first_on", "why", "weight_amount"])


def _new(review: Review, item: AgendaItem, place: int, found: Found | None, source: ReviewItem | None) -> ReviewItem:
    known = found or source
    note = "" if source is None else settled_meanwhile(source)
    return ReviewItem(
        workspace_id=review.workspace_id,
        review=review,
        key=item.key,
        about=item.about.value,
        title=known.title if known else "",
        account_id=known.account_id if known else None,
        renewal_id=known.renewal_id if known else None,
        decision_id=known.decision_id if known else None,
        place=place,
        weight_amount=item.weight_amount,
        why=_why(item),
        state=(ItemState.NOTED if note else ItemState.OPEN).value,
        note=note,
        age=item.carried.age if item.carried else 0,
        first_on=item.carried.first_on if item.carried else review.held_on,
    )


def settled_meanwhile(row: ReviewItem) -> str:
    """Return why an item that was carried needs nobody any more, '' while it does."""
    if row.decision is not None and row.decision.state != "open":
        return f"The decision is {row.decision.state}."
    if row.about == About.RENEWAL and row.renewal is not None and row.renewal.closed_on is not None:
        return f"The renewal closed on {row.renewal.closed_on:%-d %b %Y}."
    return ""


def _why(item: AgendaItem) -> list[dict[str, object]]:
    return [{"rule": why.rule, "inputs": [[name, _plain(value)] for name, value in why.inputs]} for why in item.why]


def _plain(value: object) -> object:
    """JSON keeps truths, whole numbers and floats as they are; amounts are kept as text, so that no digit is lost."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
