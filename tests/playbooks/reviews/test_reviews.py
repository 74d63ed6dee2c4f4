"""Reviews as rows: opened once, decided once, closed once with a pack that stays; what was open is carried on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.ending import call_off_review, close_review, link_change
from playbooks.actions.reviews.meeting import (
    DecisionWish,
    add_item,
    decide,
    note_presence,
    settle_item,
    take_back,
    write_minutes,
)
from playbooks.actions.reviews.opening import look_again, tend_reviews
from playbooks.actions.reviews.series import SeriesWish, change_series, end_series, start_series
from playbooks.actions.reviews.settling import end_decision, move_decision
from playbooks.actions.tasks import complete_task
from playbooks.actions.triggers import publish_triggers_if_none
from playbooks.core.errors import ItemSettled, ReviewOver, SeriesRefused
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.life import DecisionState, ItemState, Presence
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import (
    QueueEntry,
    Review,
    ReviewAttendance,
    ReviewChange,
    ReviewDecision,
    ReviewItem,
    ReviewSeries,
    Task,
    TriggerRule,
)
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownReference
from renewals.models import Renewal, Workspace
from tests.playbooks.factories import World, make_person, make_world

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 11, 21, 9, tzinfo=UTC)
MEETING = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
DAY = date(2026, 11, 24)
WEEK = timedelta(days=7)
WEEKLY = Cadence(every=Every.WEEK, weekday=1, at=time(10), zone="Europe/Berlin", minutes=45, lead_days=2)


@pytest.fixture
def world(workspace: Workspace, actor: Actor) -> Iterator[World]:
    """A renewal whose notice deadline is near, without a quote, and one that is far away."""
    with in_workspace(workspace.id, by=actor, now=MEETING):
        near = make_world(workspace, due_on=DAY + timedelta(days=80))
        far = make_world(workspace, key="A-2", due_on=DAY + timedelta(days=300))
        refresh_entries(renewal_ids=[near.renewal.id, far.renewal.id], now=SATURDAY)
        yield near


def wish(world: World, **changes: object) -> SeriesWish:
    same = {"kind": ReviewKind.AT_RISK, "name": "Weekly", "cadence": WEEKLY, "owner_id": world.owner.id}
    return SeriesWish(**same | changes)


def opened(world: World, actor: Actor) -> Review:
    start_series(wish=wish(world), by=actor, now=SATURDAY)
    assert tend_reviews(by=actor, now=SATURDAY + timedelta(days=1, hours=14)) == 1
    return Review.objects.get()


def decision(world: World, days: int = 3) -> DecisionWish:
    return DecisionWish(words="Send the  quote", owner_id=world.owner.id, due_on=DAY + timedelta(days=days))


@pytest.mark.requirement(34)
def test_next_review_opens_once_with_its_agenda_however_often_and_late_the_sweep_comes(
    world: World, actor: Actor
) -> None:
    guest = make_person(world.workspace, "guest@example.com")
    first = start_series(wish=wish(world, invited=(guest.id, world.owner.id)), by=actor, now=SATURDAY)
    assert start_series(wish=wish(world), by=actor, now=SATURDAY).id == first.id
    assert tend_reviews(by=actor, now=SATURDAY) == 0
    with CaptureQueriesContext(connection) as asked:
        assert tend_reviews(by=actor, now=SATURDAY + timedelta(days=1, hours=14)) == 1
    assert len(asked) <= 30
    assert tend_reviews(by=actor, now=MEETING) == 0
    review, item = Review.objects.get(), ReviewItem.objects.get()
    assert (review.held_on, review.starts_at, review.rule_version) == (
        DAY,
        MEETING.replace(minute=0),
        "review rules v1",
    )
    assert set(ReviewAttendance.objects.values_list("person_id", flat=True)) == {world.owner.id, guest.id}
    assert (item.key, item.title, item.age, item.first_on) == (
        f"renewal:{world.renewal.id}",
        "Account A-1",
        0,
        DAY,
    )
    assert item.why == [
        {
            "rule": "notice_without_quote",
            "inputs": [["renewal.days_to_notice", 21], ["quote.is_out", False]],
        }
    ]
    assert tend_reviews(by=actor, now=MEETING + 5 * WEEK) == 1
    assert list(Review.objects.order_by("held_on").values_list("held_on", flat=True)) == [DAY, DAY + 5 * WEEK]
    end_series(series_id=first.id, by=actor, now=MEETING + 5 * WEEK)
    assert tend_reviews(by=actor, now=MEETING + 9 * WEEK) == 0


@pytest.mark.requirement(34)
def test_decision_is_one_task_and_ends_with_it_whichever_ends_first(world: World, actor: Actor) -> None:
    review = opened(world, actor)
    item = review.items.get()
    made = decide(item_id=item.id, wish=decision(world), by=actor, now=MEETING)
    assert decide(item_id=item.id, wish=decision(world), by=actor, now=MEETING).id == made.id
    task = Task.objects.get()
    assert (task.id, task.title, task.due_on, task.assignee_id) == (
        made.task_id,
        "Send the quote",
        DAY + timedelta(days=3),
        world.owner.id,
    )
    assert QueueEntry.objects.get(renewal=world.renewal).next_task_id == task.id
    with pytest.raises(ItemSettled):
        settle_item(item_id=item.id, state=ItemState.CARRIED, by=actor, now=MEETING)
    take_back(decision_id=made.id, by=actor, now=MEETING)
    assert (Task.objects.get().state, ReviewItem.objects.get().state) == ("cancelled", "open")
    assert decide(item_id=item.id, wish=decision(world), by=actor, now=MEETING).id == made.id
    assert (Task.objects.get().state, ReviewItem.objects.get().state) == ("open", "decided")
    move_decision(decision_id=made.id, due_on=DAY + WEEK, by=actor, now=MEETING)
    assert Task.objects.get().due_on == DAY + WEEK
    complete_task(task_id=task.id, outcome_code="done", note="Sent.", by=actor, now=MEETING + timedelta(days=1))
    assert tend_reviews(by=actor, now=MEETING + timedelta(days=1)) == 1
    made.refresh_from_db()
    assert (made.state, made.result, made.ended_on) == ("done", "Sent.", DAY + timedelta(days=1))
    other = decide(item_id=item.id, wish=decision(world, 5), by=actor, now=MEETING)
    end_decision(decision_id=other.id, state=DecisionState.DONE, by=actor, now=MEETING)
    end_decision(decision_id=other.id, state=DecisionState.DROPPED, result="No", by=actor, now=MEETING)
    other.refresh_from_db()
    assert (other.state, other.task.state) == ("done", "done")


@pytest.mark.requirement(34)
def test_what_is_open_is_carried_with_its_age_and_the_pack_stays_as_it_was(world: World, actor: Actor) -> None:
    review = opened(world, actor)
    topic = add_item(review_id=review.id, title="Price of  support", by=actor, now=MEETING)
    assert add_item(review_id=review.id, title="Price of support", by=actor, now=MEETING).id == topic.id
    with pytest.raises(RequiredValueMissing):
        settle_item(item_id=topic.id, state=ItemState.NOTED, by=actor, now=MEETING)
    settle_item(item_id=topic.id, state=ItemState.NOTED, note="All agree.", by=actor, now=MEETING)
    note_presence(review_id=review.id, person_id=world.owner.id, presence=Presence.PRESENT, by=actor, now=MEETING)
    write_minutes(review_id=review.id, minutes="Short.", by=actor, now=MEETING)
    close_review(review_id=review.id, by=actor, now=MEETING)
    pack = Review.objects.get().pack
    assert [(each["title"], each["state"]) for each in pack["items"]] == [
        ("Account A-1", "carried"),
        ("Price of support", "noted"),
    ]
    assert (pack["figures"]["renewals"], pack["present"], pack["minutes"]) == ("2", [str(world.owner)], "Short.")
    Renewal.objects.filter(id=world.renewal.id).update(target_amount=Decimal(1))
    close_review(review_id=review.id, by=actor, now=MEETING + WEEK)
    assert (Review.objects.get().pack, Review.objects.get().ended_at) == (pack, MEETING)
    with pytest.raises(ReviewOver):
        settle_item(item_id=topic.id, state=ItemState.OPEN, by=actor, now=MEETING)
    tend_reviews(by=actor, now=MEETING + WEEK)
    second = Review.objects.get(state="open")
    item = second.items.get()
    assert (item.key, item.age, item.first_on) == (f"renewal:{world.renewal.id}", 1, DAY)
    assert ReviewItem.objects.get(review=review, state="carried").carried_to_id == item.id
    call_off_review(review_id=second.id, why="Holiday", by=actor, now=MEETING + WEEK)
    call_off_review(review_id=second.id, why="Holiday", by=actor, now=MEETING + WEEK)
    Renewal.objects.filter(id=world.renewal.id).update(stage="closed", closed_on=DAY + WEEK, final_amount=Decimal(1))
    tend_reviews(by=actor, now=MEETING + 2 * WEEK)
    third = Review.objects.get(state="open").items.get()
    assert (third.age, third.state, third.note) == (2, "noted", "The renewal closed on 1 Dec 2026.")


@pytest.mark.requirement(34)
def test_review_that_ends_late_still_hands_its_items_to_the_one_already_open(world: World, actor: Actor) -> None:
    first = opened(world, actor)
    topic = add_item(review_id=first.id, title="Support", by=actor, now=MEETING)
    tend_reviews(by=actor, now=MEETING + WEEK)
    second = Review.objects.exclude(id=first.id).get()
    assert [row.age for row in second.items.all()] == [0]
    close_review(review_id=first.id, by=actor, now=MEETING + WEEK)
    assert sorted((row.title, row.age) for row in second.items.all()) == [("Account A-1", 1), ("Support", 1)]
    topic.refresh_from_db()
    assert topic.carried_to.review_id == second.id


def test_rules_asked_again_add_what_came_up_and_note_what_is_over(world: World, actor: Actor) -> None:
    review = opened(world, actor)
    far = Renewal.objects.exclude(id=world.renewal.id).get()
    Renewal.objects.filter(id=far.id).update(due_on=DAY - timedelta(days=3), notice_on=None)
    Renewal.objects.filter(id=world.renewal.id).update(notice_on=DAY - timedelta(days=1))
    refresh_entries(renewal_ids=[far.id, world.renewal.id], now=MEETING)
    look_again(review_id=review.id, by=actor, now=MEETING)
    look_again(review_id=review.id, by=actor, now=MEETING)
    found = {row.title: (row.state, row.why[0]["rule"]) for row in review.items.all()}
    assert found == {"Account A-1": ("noted", "notice_without_quote"), "Account A-2": ("open", "overdue_open")}


def test_changed_series_moves_the_review_ahead_and_refuses_what_nobody_could_hold(world: World, actor: Actor) -> None:
    review = opened(world, actor)
    early = SATURDAY + timedelta(days=1, hours=14)
    series = ReviewSeries.objects.get()
    thursday = Cadence(every=Every.WEEK, weekday=3, at=time(9), zone="Europe/Berlin", minutes=45, lead_days=2)
    change_series(series_id=series.id, wish=wish(world, cadence=thursday), by=actor, now=early)
    review.refresh_from_db()
    assert (review.held_on, review.starts_at) == (DAY + timedelta(days=2), datetime(2026, 11, 26, 8, tzinfo=UTC))
    assert tend_reviews(by=actor, now=MEETING) == 0
    with pytest.raises(SeriesRefused):
        change_series(series_id=series.id, wish=wish(world, kind=ReviewKind.FORECAST), by=actor, now=early)
    with pytest.raises(UnknownReference):
        change_series(series_id=series.id, wish=wish(world, invited=(0,)), by=actor, now=early)
    with pytest.raises(InvalidInput):
        decide(item_id=review.items.get().id, wish=decision(world, -1), by=actor, now=MEETING)


@pytest.mark.requirement(62)
def test_change_is_linked_to_the_decision_it_came_from_once(world: World, actor: Actor) -> None:
    review = opened(world, actor)
    made = decide(item_id=review.items.get().id, wish=decision(world), by=actor, now=MEETING)
    close_review(review_id=review.id, by=actor, now=MEETING)
    publish_triggers_if_none(by=actor, now=MEETING + timedelta(hours=1))
    rule = TriggerRule.objects.order_by("id").first()
    same = {"decision_id": made.id, "kind": "trigger", "by": actor, "now": MEETING + timedelta(hours=2)}
    linked = link_change(subject_id=rule.id, **same)
    assert link_change(subject_id=rule.id, **same).id == linked.id
    assert ReviewChange.objects.get().label == f"Trigger {rule.name} v1"
    with pytest.raises(UnknownReference):
        link_change(subject_id=0, **same)
    assert ReviewDecision.objects.count() == 1
