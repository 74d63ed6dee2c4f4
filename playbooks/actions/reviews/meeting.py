"""The meeting itself: decide, note, carry and take back on each item; topics of one's own, who was there, minutes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.opening import locked_review
from playbooks.actions.reviews.settling import end_decision
from playbooks.core.keys import decision_key
from playbooks.core.reviews.life import DecisionState, ItemState, Presence, check_due, check_left, check_open
from playbooks.models import Review, ReviewAttendance, ReviewDecision, ReviewItem, Task
from playbooks.queries.reviews.meetings import active_members
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_line, check_text

TAKEN_BACK = "Taken back in the meeting."


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWish:
    """What is decided, who does it, until when."""

    words: str
    owner_id: int
    due_on: date


@transaction.atomic
def decide(*, item_id: int, wish: DecisionWish, by: Actor, now: datetime) -> ReviewDecision:
    """Decide something on an item; of an open renewal it becomes a task of its owner. The same again is one decision.

    Raises UnknownReference, ReviewOver, RequiredValueMissing, InvalidInput for a day in the past.
    """
    item = _locked_item(item_id)
    words = check_line(wish.words, label="The decision", longest=500, is_required=True)
    if wish.owner_id not in active_members():
        raise UnknownReference("Whoever is to do it is no member of this workspace.", where="owner")
    key = decision_key("review", item.id, words, wish.owner_id, wish.due_on)
    row = ReviewDecision.objects.filter(item=item, key=key).first()
    if row is not None and row.state != DecisionState.DROPPED:
        return row
    check_due(wish.due_on, today=local_date(now, item.review.series.zone))
    if row is None:
        row = _new_decision(item, key, words, wish, by=by, now=now)
    else:
        row.state, row.ended_on, row.ended_by, row.result = DecisionState.OPEN.value, None, "", ""
        row.save(update_fields=["state", "ended_on", "ended_by", "result"])
    _give_task(row, item, by=by, now=now)
    _settle(item, ItemState.DECIDED, item.note, by=by, now=now)
    return row


@transaction.atomic
def take_back(*, decision_id: int, by: Actor, now: datetime) -> ReviewDecision:
    """Take a decision of an open review back with its task; its item is open again if nothing else is decided.

    Raises UnknownReference, ReviewOver.
    """
    row = ReviewDecision.objects.filter(id=decision_id).first()
    if row is None:
        raise UnknownReference(f"There is no decision {decision_id} in this workspace.", where="decision")
    item = _locked_item(row.item_id)
    ended = end_decision(decision_id=row.id, state=DecisionState.DROPPED, result=TAKEN_BACK, by=by, now=now)
    if not _standing(item):
        _settle(item, ItemState.OPEN, item.note, by=by, now=now)
    return ended


@transaction.atomic
def settle_item(*, item_id: int, state: ItemState, note: str = "", by: Actor, now: datetime) -> ReviewItem:
    """Note an item (what was said, required), carry it to the next review, or open it again. Twice changes nothing.

    Raises UnknownReference, ReviewOver, ItemSettled for one with decisions, RequiredValueMissing.
    """
    item = _locked_item(item_id)
    words = check_line(note, label="The note", longest=500)
    check_left(state, decisions=_standing(item))
    if state is ItemState.NOTED and not words:
        raise RequiredValueMissing("Write down what was said.", where="note")
    return _settle(item, state, words, by=by, now=now)


@transaction.atomic
def add_item(*, review_id: int, title: str, renewal_id: int | None = None, by: Actor, now: datetime) -> ReviewItem:
    """Put a topic of one's own on the agenda, at its end; the same words again are the same item.

    Raises UnknownReference, ReviewOver, RequiredValueMissing.
    """
    review = locked_review(review_id)
    check_open(review.state)
    words = check_line(title, label="The topic", longest=200, is_required=True)
    last = ReviewItem.objects.filter(review=review).order_by("-place").values_list("place", flat=True).first() or 0
    row, _ = ReviewItem.objects.get_or_create(
        workspace_id=by.workspace_id,
        review=review,
        key=f"topic:{decision_key('topic', words)[-40:]}",
        defaults={"about": "topic", "title": words, "place": last + 1, "first_on": review.held_on},
    )
    return row


@transaction.atomic
def note_presence(*, review_id: int, person_id: int, presence: Presence, by: Actor, now: datetime) -> ReviewAttendance:
    """Say whether somebody was there; who was not invited is added. Raises UnknownReference, ReviewOver."""
    review = locked_review(review_id)
    check_open(review.state)
    if person_id not in active_members():
        raise UnknownReference("That person is no member of this workspace.", where="person")
    row, _ = ReviewAttendance.objects.get_or_create(
        workspace_id=by.workspace_id, review=review, person_id=person_id, defaults={"is_invited": False}
    )
    if row.presence != presence:
        row.presence = presence.value
        row.save(update_fields=["presence"])
    return row


@transaction.atomic
def write_minutes(*, review_id: int, minutes: str, by: Actor, now: datetime) -> Review:
    """Keep the minutes of an open review. Raises UnknownReference, ReviewOver, TextNotAllowed."""
    review = locked_review(review_id)
    check_open(review.state)
    review.minutes = check_text(minutes, label="The minutes")
    review.save(update_fields=["minutes"])
    return review


def _locked_item(item_id: int) -> ReviewItem:
    """Lock the review first: closing it and deciding on it wait for each other."""
    place = ReviewItem.objects.filter(id=item_id).values_list("review_id", flat=True).first()
    if place is None:
        raise UnknownReference(f"There is no item {item_id} in this workspace.", where="item")
    check_open(locked_review(place).state)
    rows = ReviewItem.objects.select_for_update(of=("self",)).select_related("review__series", "renewal")
    return rows.get(id=item_id)


def _standing(item: ReviewItem) -> int:
    return ReviewDecision.objects.filter(item=item).exclude(state="dropped").count()


def _settle(item: ReviewItem, state: ItemState, note: str, *, by: Actor, now: datetime) -> ReviewItem:
    if (item.state, item.note) == (state.value, note):
        return item
    item.state, item.note = state.value, note
    is_open = state is ItemState.OPEN
    item.settled_at, item.settled_by = (None, "") if is_open else (now, by.label[:150])
    item.save(update_fields=["state", "note", "settled_at", "settled_by"])
    return item


def _new_decision(
    item: ReviewItem, key: str, words: str, wish: DecisionWish, *, by: Actor, now: datetime
) -> ReviewDecision:
    return ReviewDecision.objects.create(
        workspace_id=item.workspace_id,
        review_id=item.review_id,
        item=item,
        key=key,
        words=words,
        owner_id=wish.owner_id,
        due_on=wish.due_on,
        decided_at=now,
        decided_by=by.label[:150],
    )


def _give_task(row: ReviewDecision, item: ReviewItem, *, by: Actor, now: datetime) -> None:
    renewal = item.renewal
    if renewal is None or renewal.closed_on is not None:
        return
    if row.task_id is not None:
        Task.objects.filter(id=row.task_id, state="cancelled").update(state="open", ended_reason="", updated_at=now)
    else:
        made = insert_rows(Task, [_task(row, item, by=by, now=now)], ignore_conflicts=True)
        row.task_id = made[0]
        row.save(update_fields=["task"])
    refresh_entries(renewal_ids=[renewal.id], now=now)


def _task(row: ReviewDecision, item: ReviewItem, *, by: Actor, now: datetime) -> dict[str, Any]:
    review = item.review
    return {
        "workspace_id": row.workspace_id,
        "origin_key": f"review:{row.id}",
        "account_id": item.account_id,
        "renewal_id": item.renewal_id,
        "assignee_id": row.owner_id,
        "title": row.words[:200],
        "instructions": row.words if len(row.words) > len(row.words[:200]) else "",
        "why": [{"code": "review_decided", "review": review.series.name, "held_on": review.held_on.isoformat()}],
        "outcomes": [],
        "due_on": row.due_on,
        "created_at": now,
        "updated_at": now,
    }
