"""Gaps, hand-overs and ladders as rows: opened in the instant, closed when settled, raised once, never twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions.handovers import (
    HandoverWish,
    accept_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from playbooks.actions.ownership import review_tier, take_access_away, tend_ownership
from playbooks.core.errors import HandoverNotInState, HandoverOpenAlready
from playbooks.models import Absence, Handover, OwnershipGap, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import InvalidInput, NotPermitted, RequiredValueMissing
from renewals.models import Membership, Renewal, User, Workspace
from signals.actions.scores.versions import ensure_rule
from signals.models import TierPeriod
from signals.models.scores import RuleKind
from tests.playbooks.factories import World, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(workspace: Workspace, actor: Actor, now: datetime) -> Iterator[World]:
    """One renewal of one CSM, and a manager, all in one transaction."""
    with in_workspace(workspace.id, by=actor, now=now):
        make_person(workspace, "boss@example.com", "cs_manager")
        yield make_world(workspace, due_on=(now + timedelta(days=100)).date())


@pytest.fixture
def boss(world: World) -> User:
    return User.objects.get(email="boss@example.com")


def open_kinds() -> list[str]:
    return sorted(OwnershipGap.objects.filter(closed_at__isnull=True).values_list("kind", flat=True))


def person(user: User, world: World) -> Actor:
    return person_actor(world.workspace.id, user.id, user.name)


@pytest.mark.requirement("X18")
@pytest.mark.requirement(7)
def test_removed_member_leaves_no_minute_uncovered(world: World, boss: User, actor: Actor, now: datetime) -> None:
    """The gap is there in the same instant, a manager has the task, and a new owner ends both."""
    assert tend_ownership(by=actor, now=now) == 0
    membership = Membership.objects.get(user=world.owner)
    take_access_away(membership_id=membership.id, by=actor, now=now)
    gap = OwnershipGap.objects.get()
    assert (gap.kind, gap.opened_at, gap.reason["code"]) == ("vacancy", now, "person_gone")
    assert (gap.task.assignee_id, gap.task.state) == (boss.id, "open")
    assert tend_ownership(by=actor, now=now + timedelta(hours=1)) == 0
    held = dict.fromkeys(("owner_id", "initiator_id", "negotiator_id", "finaliser_id"), boss.id)
    Renewal.objects.update(**held)
    assert tend_ownership(by=actor, now=now + timedelta(hours=2)) == 1
    gap.refresh_from_db()
    assert (gap.closed_at, gap.closed_because) == (now + timedelta(hours=2), "settled")
    assert (gap.task.state, gap.task.ended_reason) == ("cancelled", "gap_closed")


@pytest.mark.requirement(7)
def test_absence_without_delegate_is_a_gap_and_with_one_is_none(
    world: World, boss: User, actor: Actor, now: datetime
) -> None:
    row = Absence.objects.create(
        workspace=world.workspace,
        user=world.owner,
        from_on=now.date(),
        until_on=now.date() + timedelta(days=3),
        created_by="x",
        created_at=now,
    )
    tend_ownership(by=actor, now=now)
    assert open_kinds() == ["absence"]
    Absence.objects.filter(id=row.id).update(delegate=boss)
    tend_ownership(by=actor, now=now)
    assert open_kinds() == []


@pytest.mark.requirement(7)
def test_task_of_somebody_gone_is_a_gap_until_it_is_assigned(
    world: World, boss: User, actor: Actor, now: datetime
) -> None:
    gone = make_person(world.workspace, "gone@example.com")
    Membership.objects.filter(user=gone).update(is_active=False)
    task = Task.objects.create(
        workspace=world.workspace,
        origin_key="t",
        account=world.account,
        renewal=world.renewal,
        assignee=gone,
        title="Call",
        due_on=now.date(),
        created_at=now,
        updated_at=now,
    )
    tend_ownership(by=actor, now=now)
    assert open_kinds() == ["unowned_task"]
    Task.objects.filter(id=task.id).update(assignee=boss)
    tend_ownership(by=actor, now=now)
    assert open_kinds() == []


@pytest.mark.requirement(7)
def test_changed_tier_asks_for_a_review_once(world: World, actor: Actor, now: datetime) -> None:
    rule = ensure_rule(kind=RuleKind.TIERS, workspace_id=world.workspace.id, by=actor, now=now)
    TierPeriod.objects.create(
        workspace=world.workspace,
        account=world.account,
        tier="strategic",
        before="growth",
        from_at=now - timedelta(days=1),
        origin="derived",
        rule=rule,
        risk=70.0,
        expansion=20.0,
    )
    tend_ownership(by=actor, now=now)
    gap = OwnershipGap.objects.get()
    assert (gap.kind, gap.opened_at, gap.task_id) == ("tier_change", now - timedelta(days=1), None)
    with pytest.raises(RequiredValueMissing):
        review_tier(gap_id=gap.id, why=" ", by=actor, now=now)
    late = gap.due_at + timedelta(minutes=1)
    tend_ownership(by=actor, now=late)
    assert Task.objects.get().origin_key == f"gap:{gap.id}"
    review_tier(gap_id=gap.id, why="Ana knows them best.", by=actor, now=late)
    assert tend_ownership(by=actor, now=late) == 0
    assert (open_kinds(), Task.objects.get().state) == ([], "cancelled")


@pytest.mark.requirement(8)
def test_handover_stays_with_the_sender_until_it_is_accepted(
    world: World, boss: User, actor: Actor, now: datetime
) -> None:
    task = Task.objects.create(
        workspace=world.workspace,
        origin_key="t",
        account=world.account,
        renewal=world.renewal,
        assignee=world.owner,
        title="Call",
        due_on=now.date(),
        created_at=now,
        updated_at=now,
    )
    wish = HandoverWish(sender_id=world.owner.id, receiver_id=boss.id, note="They like short calls.")
    row = offer_handover(renewal_id=world.renewal.id, wish=wish, by=actor, now=now)
    assert offer_handover(renewal_id=world.renewal.id, wish=wish, by=actor, now=now).id == row.id
    assert (row.duties, row.payload["note"]) == (
        ["owner", "initiator", "negotiator", "finaliser"],
        "They like short calls.",
    )
    assert [item["title"] for item in row.payload["items"]] == ["Call"]
    assert open_kinds() == ["handover"]
    with pytest.raises(NotPermitted):
        accept_handover(handover_id=row.id, by=person(world.owner, world), now=now)
    accept_handover(handover_id=row.id, by=person(boss, world), now=now + timedelta(hours=1))
    accept_handover(handover_id=row.id, by=person(boss, world), now=now + timedelta(hours=2))
    renewal, task = Renewal.objects.get(), Task.objects.get(id=task.id)
    assert {renewal.owner_id, renewal.negotiator_id, task.assignee_id} == {boss.id}
    assert open_kinds() == []
    with pytest.raises(HandoverNotInState):
        withdraw_handover(handover_id=row.id, by=actor, now=now + timedelta(hours=3))


@pytest.mark.requirement(8)
def test_unanswered_handover_is_raised_to_a_manager_and_a_refusal_settles_it(
    world: World, boss: User, actor: Actor, now: datetime
) -> None:
    other = make_person(world.workspace, "sales@example.com", "sales")
    wish = HandoverWish(sender_id=world.owner.id, receiver_id=other.id, duties=("negotiator",))
    row = offer_handover(renewal_id=world.renewal.id, wish=wish, by=actor, now=now)
    with pytest.raises(HandoverOpenAlready):
        offer_handover(
            renewal_id=world.renewal.id,
            wish=HandoverWish(sender_id=world.owner.id, receiver_id=boss.id),
            by=actor,
            now=now,
        )
    assert not Task.objects.exists()
    late = row.deadline_at + timedelta(minutes=1)
    tend_ownership(by=actor, now=late)
    tend_ownership(by=actor, now=late)
    assert (Handover.objects.get().state, Task.objects.get().assignee_id) == ("expired", boss.id)
    with pytest.raises(RequiredValueMissing):
        refuse_handover(handover_id=row.id, why="", by=person(other, world), now=late)
    refuse_handover(handover_id=row.id, why="No time before May.", by=person(other, world), now=late)
    assert (open_kinds(), Task.objects.get().state) == ([], "cancelled")
    assert Renewal.objects.get().negotiator_id == world.owner.id


def test_handover_of_a_duty_the_sender_does_not_hold_is_refused(
    world: World, boss: User, actor: Actor, now: datetime
) -> None:
    wish = HandoverWish(sender_id=boss.id, receiver_id=world.owner.id)
    with pytest.raises(InvalidInput):
        offer_handover(renewal_id=world.renewal.id, wish=wish, by=actor, now=now)


@pytest.mark.requirement(7)
def test_sweep_without_exceptions_reads_no_renewal(world: World, actor: Actor, now: datetime) -> None:
    """The cost follows what is unclear: with nobody gone it asks for exceptions and for gaps to raise, nothing else."""
    for number in range(3):
        make_world(world.workspace, key=f"B-{number}", due_on=date(2026, 9, 1))
    with CaptureQueriesContext(connection) as seen:
        tend_ownership(by=actor, now=now)
    asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 4  # the zone, the exceptions, what expired, what is to be raised
