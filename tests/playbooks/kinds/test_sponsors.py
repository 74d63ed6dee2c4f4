"""Our sponsor by account: named with history, used by sponsor steps, the first executive only as a told fallback."""

from datetime import datetime, timedelta

import pytest

from playbooks.models import Task
from renewals.actions.scope import in_workspace
from renewals.actions.sponsors import name_sponsor
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.models import AccountSponsor, Membership, Workspace
from renewals.queries.sponsors import sponsors_of
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import make_person
from tests.playbooks.kinds.test_kinds_run import run
from tests.playbooks.stories import KeptChannel, task_step


@pytest.mark.requirement(111)
@pytest.mark.parametrize("is_named", [True, False])
def test_sponsor_step_names_the_accounts_sponsor_or_tells_that_an_executive_stands_in(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, is_named: bool
) -> None:
    world, _ = enrol(task_step("ours", -95, kind="sponsor", sponsor={"side": "ours", "when_missing": "block"}))
    with in_workspace(workspace.id, by=actor, now=now):
        make_person(workspace, "boss@example.com", "executive")
        named = make_person(workspace, "vera@example.com", "executive")
        if is_named:
            name_sponsor(account_id=world.account.id, person_id=named.id, since_on=now.date(), by=actor, now=now)
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        task = Task.objects.get(kind="sponsor")
        codes = [item["code"] for item in task.why]
        assert task.title == ("Ours: Vera" if is_named else "Ours: Boss")
        assert ("sponsor_by_default" in codes) is not is_named


def test_sponsor_has_a_history_and_the_same_again_changes_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(task_step("call", -95))
    today = now.date()
    with in_workspace(workspace.id, by=actor, now=now):
        first, second = (make_person(workspace, f"{name}@example.com", "executive") for name in ("a", "b"))
        same = {"account_id": world.account.id, "by": actor, "now": now}
        for _ in range(2):
            name_sponsor(person_id=first.id, since_on=today - timedelta(days=30), **same)
        name_sponsor(person_id=second.id, since_on=today, note="After the reorganisation", **same)
        kept = list(AccountSponsor.objects.order_by("id").values_list("person_id", "since_on", "until_on"))
        assert kept == [(first.id, today - timedelta(days=30), today), (second.id, today, None)]
        assert sponsors_of([world.account.id]) == {world.account.id: "B"}
        with pytest.raises(InvalidInput):
            name_sponsor(person_id=first.id, since_on=today - timedelta(days=1), **same)
        with pytest.raises(UnknownReference):
            name_sponsor(person_id=10**9, since_on=today, **same)
        Membership.objects.filter(user=second).update(is_active=False)
        assert sponsors_of([world.account.id]) == {}
        assert name_sponsor(person_id=None, since_on=today, **same) is None
        assert not AccountSponsor.objects.filter(until_on__isnull=True).exists()
