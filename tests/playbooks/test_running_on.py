"""The yearly look at a contract without an end: a task of its account's owner, of a manager while nobody owns it."""

from datetime import UTC, date, datetime

import pytest

from offers.actions.end_actions import tend_end_actions
from playbooks.actions.contract_tasks import tend_contract_tasks
from playbooks.models import Task
from renewals.core.actors import Actor
from renewals.core.roles import Role
from renewals.core.terms import EndAction
from renewals.models import Account, Membership
from tests.offers.test_end_actions import AFTER, ending
from tests.renewals.build import member

LATER = datetime(2027, 12, 3, 9, 0, tzinfo=UTC)  # a Friday, 29 days before the look
LOOK_ON = date(2028, 1, 1)
LOOK = "Look at the contract that runs on"
NAME = "A contract runs on and nobody owns its account: name an owner"


def tasks() -> list[tuple[str, int, date, str]]:
    """Return every task, the oldest first."""
    return list(Task.objects.order_by("id").values_list("title", "assignee_id", "due_on", "state"))


def sweep(by: Actor) -> int:
    """Sweep the tasks of contracts 29 days before the look; twice, because a sweep may come twice."""
    changed = tend_contract_tasks(today=LATER.date(), by=by, now=LATER)
    assert tend_contract_tasks(today=LATER.date(), by=by, now=LATER) == 0
    return changed


@pytest.fixture
def account(inside, actor) -> Account:
    """An account whose only contract goes on without an end."""
    row = ending(actor, "1", EndAction.EVERGREEN)
    tend_end_actions(today=AFTER.date(), by=actor, now=AFTER)
    return Account.objects.get(id=row.account_id)


@pytest.mark.requirement(7)
def test_owner_of_the_account_gets_the_look_once(account: Account, actor) -> None:
    owner = member(actor, "Cora", Role.CSM).user_id
    Account.objects.filter(id=account.id).update(owner_id=owner)
    assert sweep(actor) == 1
    assert tasks() == [(LOOK, owner, LOOK_ON, "open")]


@pytest.mark.requirement(7)
@pytest.mark.parametrize("is_gone", [False, True])
def test_manager_gets_it_by_the_clock_of_a_vacancy_until_an_owner_is_named(
    account: Account, actor, is_gone: bool
) -> None:
    left = member(actor, "Gone", Role.CSM)
    Membership.objects.filter(id=left.id).update(is_active=False)
    Account.objects.filter(id=account.id).update(owner_id=left.user_id if is_gone else None)
    manager = member(actor, "Mo", Role.CS_MANAGER).user_id
    assert sweep(actor) == 1
    assert tasks() == [(NAME, manager, date(2027, 12, 6), "open")]
    owner = member(actor, "Cora", Role.CSM).user_id
    Account.objects.filter(id=account.id).update(owner_id=owner)
    assert sweep(actor) == 2
    assert tasks() == [(NAME, manager, date(2027, 12, 6), "cancelled"), (LOOK, owner, LOOK_ON, "open")]
