"""End a review: close it with its pack, or call it off; what is open goes on to the next. Link what came of it."""

from datetime import datetime

from django.db import transaction

from playbooks.actions.reviews.opening import locked_review, take_waiting
from playbooks.core.reviews.life import ItemState, ReviewState, check_closed, check_open
from playbooks.core.reviews.pack import as_table
from playbooks.models import Review, ReviewChange, ReviewDecision, ReviewItem
from playbooks.queries.reviews.changes import changes_since
from playbooks.queries.reviews.packs import pack_of
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_line


@transaction.atomic
def close_review(*, review_id: int, by: Actor, now: datetime) -> Review:
    """Close a review: open items are carried, the pack is kept as it is now. A second call changes nothing.

    Raises UnknownReference, ReviewOver for one that was called off.
    """
    review = locked_review(review_id)
    if review.state == ReviewState.CLOSED:
        return review
    check_open(review.state)
    _carry_open(review, by=by, now=now)
    review.pack = as_table(pack_of(review, now=now))
    return _end(review, ReviewState.CLOSED, "", by=by, now=now)


@transaction.atomic
def call_off_review(*, review_id: int, why: str, by: Actor, now: datetime) -> Review:
    """Say that a review is not held, and why; its open items are carried. A second call changes nothing.

    Raises UnknownReference, RequiredValueMissing, ReviewOver for one that was closed.
    """
    words = check_line(why, label="The reason", longest=300)
    if not words:
        raise RequiredValueMissing("Say why it is not held.", where="why")
    review = locked_review(review_id)
    if review.state == ReviewState.CALLED_OFF:
        return review
    check_open(review.state)
    _carry_open(review, by=by, now=now)
    return _end(review, ReviewState.CALLED_OFF, words, by=by, now=now)


@transaction.atomic
def link_change(*, decision_id: int, kind: str, subject_id: int, by: Actor, now: datetime) -> ReviewChange:
    """Say that a change to signals, touches, offers or treatment came out of a decision; once each.

    The review must be closed, and the change made since the decision. Raises UnknownReference, ReviewNotOver.
    """
    decision = ReviewDecision.objects.select_related("review", "item").filter(id=decision_id).first()
    if decision is None:
        raise UnknownReference(f"There is no decision {decision_id} in this workspace.", where="decision")
    check_closed(decision.review.state)
    found = changes_since(decision.decided_at, account_id=decision.item.account_id)
    change = next((each for each in found if (each.kind, each.subject_id) == (kind, subject_id)), None)
    if change is None:
        raise UnknownReference("There is no such change since this decision.", where="change")
    row, _ = ReviewChange.objects.get_or_create(
        workspace_id=by.workspace_id,
        decision=decision,
        kind=kind,
        subject_id=subject_id,
        defaults={
            "label": change.label,
            "changed_at": change.changed_at,
            "changed_by": change.changed_by[:150],
            "linked_at": now,
            "linked_by": by.label[:150],
        },
    )
    return row


def _carry_open(review: Review, *, by: Actor, now: datetime) -> None:
    rows = ReviewItem.objects.filter(review=review, state=ItemState.OPEN)
    rows.update(state=ItemState.CARRIED.value, settled_at=now, settled_by=by.label[:150])


def _end(review: Review, state: ReviewState, why: str, *, by: Actor, now: datetime) -> Review:
    review.state, review.ended_at, review.ended_by, review.ended_reason = state.value, now, by.label[:150], why
    review.save(update_fields=["state", "ended_at", "ended_by", "ended_reason", "pack"])
    take_waiting(review.series)
    return review
