"""Owners that a person chooses: proposed with reasons, taken one or many at a time, never over another's choice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from playbooks.actions.owner_choices import take_owners
from playbooks.actions.ownership import take_access_away
from playbooks.models import OwnershipGap, Task
from renewals.actions.scope import in_workspace
from renewals.actions.skills import MOST, OwnerWish, Skills, choose_owners, set_skills
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, Conflict, InvalidInput, UnknownReference
from renewals.core.fit import best_of, proposals
from renewals.models import Account, Membership, OwnerChoice, PersonSkills, Renewal, User, Workspace
from renewals.queries.fit import awaiting_choice, fit_rules, needs_of, people_to_fit
from tests.playbooks.factories import World, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(workspace: Workspace, actor: Actor, now: datetime) -> Iterator[World]:
    """One renewal of one CSM, a manager, and a renewal manager who works with its segment."""
    with in_workspace(workspace.id, by=actor, now=now):
        make_person(workspace, "boss@example.com", "cs_manager")
        make_person(workspace, "rita@example.com", "renewal_manager")
        made = make_world(workspace, due_on=(now + timedelta(days=100)).date())
        Account.objects.update(segment="enterprise")
        yield made


def proposed(now: datetime) -> tuple[list[int], int | None]:
    """Return the renewals that wait, and who is proposed for the first."""
    rows = list(awaiting_choice().select_related("account", "contract"))
    found = proposals(needs_of(rows), people_to_fit(), fit_rules())
    best = best_of(found[rows[0].id]) if rows else None
    return [row.id for row in rows], best.user_id if best else None


@pytest.mark.requirement(104)
def test_renewal_left_by_its_owner_is_taken_by_who_fits_with_its_tasks(
    world: World, actor: Actor, now: datetime
) -> None:
    rita = User.objects.get(email="rita@example.com")
    for _ in range(2):
        set_skills(user_id=rita.id, given=Skills(segments=("enterprise",), most_open=5), by=actor, now=now)
    assert PersonSkills.objects.get().most_open == 5
    assert proposed(now) == ([], None)
    take_access_away(membership_id=Membership.objects.get(user=world.owner).id, by=actor, now=now)
    row = Renewal.objects.get()
    assert proposed(now) == ([row.id], rita.id)
    task = Task.objects.filter(renewal=row, assignee=world.owner, state="open").first()
    wish = OwnerWish(renewal_id=row.id, owner_id=rita.id, seen_owner_id=row.owner_id, reasons=({"code": "segment"},))
    for _ in range(2):
        (done,) = take_owners(wishes=[wish], by=actor, now=now)
        assert done.refusal is None
    row.refresh_from_db()
    assert {row.owner_id, row.initiator_id, row.negotiator_id, row.finaliser_id} == {rita.id}
    choice = OwnerChoice.objects.get()
    assert (choice.owner_id, choice.owner_before_id, choice.was_proposed) == (rita.id, world.owner.id, True)
    assert (proposed(now), OwnershipGap.objects.filter(closed_at__isnull=True, kind="vacancy").count()) == (
        ([], None),
        0,
    )
    assert task is None or Task.objects.get(id=task.id).assignee_id == rita.id


@pytest.mark.requirement(104)
def test_choice_of_a_person_is_never_overwritten(world: World, actor: Actor, now: datetime) -> None:
    boss, rita = (User.objects.get(email=f"{name}@example.com") for name in ("boss", "rita"))
    row = Renewal.objects.get()
    Account.objects.update(owner=None)
    assert proposed(now)[0] == [row.id]
    first = OwnerWish(renewal_id=row.id, owner_id=boss.id, seen_owner_id=row.owner_id)
    choose_owners(wishes=[first], by=actor, now=now)
    assert proposed(now)[0] == []
    stale = OwnerWish(renewal_id=row.id, owner_id=rita.id, seen_owner_id=world.owner.id)
    gone = OwnerWish(renewal_id=10**9, owner_id=rita.id, seen_owner_id=1)
    found = choose_owners(wishes=[stale, gone], by=actor, now=now)
    assert [type(each.refusal) for each in found] == [Conflict, UnknownReference]
    assert (Renewal.objects.get().owner_id, OwnerChoice.objects.count()) == (boss.id, 1)
    stranger = OwnerWish(renewal_id=row.id, owner_id=10**9, seen_owner_id=boss.id)
    Renewal.objects.update(stage="closed", forecast_category="closed", closed_on=now.date(), final_amount=0)
    assert isinstance(choose_owners(wishes=[stranger], by=actor, now=now)[0].refusal, AlreadyClosed)
    with pytest.raises(InvalidInput):
        choose_owners(wishes=[stale] * (MOST + 1), by=actor, now=now)
    for wrong in (Skills(most_open=0), Skills(skills=tuple(f"s{each}" for each in range(31)))):
        with pytest.raises(InvalidInput):
            set_skills(user_id=rita.id, given=wrong, by=actor, now=now)
    with pytest.raises(UnknownReference):
        set_skills(user_id=10**9, given=Skills(), by=actor, now=now)
