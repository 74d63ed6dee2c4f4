"""What only waits ends early for a date of notice behind it, with its reason, and for what it waits for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from playbooks.actions.woken import wake_informed
from playbooks.models import Decision, StepApproval, StepRun, Task
from renewals.actions.contacts import end_role, give_role
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.models import ContactRole, Renewal, Workspace
from signals.actions.people.overrides import NewOverride, set_override
from signals.actions.people.sweep import tend_people
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import make_person, make_risk
from tests.playbooks.kinds.test_kinds_run import run, states, system_step
from tests.playbooks.stories import KeptChannel, broken_in, email_step, task_step

NEVER = {"field": "risk.score", "op": "ge", "value": 60}
LATE = {"policy": "task", "max_days": 0}
BY_NOTICE = {"anchor": {"from": "notice_deadline", "days": -20, "roll": "previous_business_day"}, "late": LATE}
"""Due in 100 days with 60 days of notice: the deadline is 39 days from now, the step 19 days."""

WAIT = system_step("hold", "wait", -95, wait={"until": NEVER, "max_days": 60})
APPROVAL = task_step(
    "hold",
    -95,
    kind="approval",
    outcomes=[],
    approvers={"roles": ["cs_manager"], "within_hours": 700, "unanswered": "escalate"},
)
SPONSOR = task_step("hold", -95, kind="sponsor", sponsor={"side": "ours", "when_missing": "block"})
NOTICE = email_step("serve", -80, message_class="contractual_notice", template="notice", late=LATE)


def daily(start: datetime, days: int, channel: KeptChannel) -> None:
    """Look once a day, at the hour the story begins."""
    for day in range(days + 1):
        run(start + timedelta(days=day), channel)


@pytest.mark.requirement(84, 85)
@pytest.mark.parametrize("hold", [WAIT, APPROVAL, SPONSOR], ids=["wait", "approval", "sponsor"])
@pytest.mark.parametrize("behind", [task_step("keep", -40, **BY_NOTICE), NOTICE], ids=["deadline", "notice"])
def test_hold_gives_way_on_the_day_of_a_notice_behind_it(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    hold: dict[str, Any],
    behind: dict[str, Any],
) -> None:
    asks = {"condition": {"field": "answer.hold.decision", "op": "eq", "value": "approved"}} if hold is APPROVAL else {}
    enrol(hold, task_step("later", -30, **asks), behind)
    with in_workspace(workspace.id, by=actor):
        make_person(workspace, "boss@example.com", "cs_manager")
    daily(now, 25, channel)
    assert states(workspace, actor) == {"hold": "skipped", behind["key"]: "done", "later": "scheduled"}
    with in_workspace(workspace.id, by=actor):
        kept = StepRun.objects.get(step_key=behind["key"])
        assert kept.done_at - kept.planned_at < timedelta(days=1)
        codes = [item["code"] for item in Decision.objects.get(step_key="hold", verdict="skip").reasons]
        assert codes[-1] == "gives_way_to_notice"
        assert list(StepApproval.objects.values_list("state", flat=True)) == ["timed_out"] * (hold is APPROVAL)
        assert Task.objects.filter(kind="approval", state="open").count() == 0
        assert len(channel.calls) == int(behind is NOTICE)
    assert broken_in(workspace) == ()


def test_hold_does_not_give_way_to_a_step_that_drifts(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    drifting = {"anchor": {"from": "after_previous", "days": 1, "roll": "next_business_day"}}
    enrol(WAIT, NOTICE | drifting, task_step("other", -80))
    daily(now, 30, channel)
    assert states(workspace, actor) == {"hold": "scheduled"}


def test_wait_ends_as_soon_as_what_it_waits_for_is_recorded(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    engaged = {"field": "renewal.stage", "op": "eq", "value": "engaged"}
    world, _ = enrol(system_step("pause", "wait", -95, wait={"until": engaged, "max_days": 9}), task_step("after", -80))
    at = now + timedelta(days=8)
    run(at, channel)

    def woken(minutes: int, **changes: object) -> int:
        heard = at + timedelta(minutes=minutes)
        with in_workspace(workspace.id, by=actor, now=heard):
            Renewal.objects.filter(id=world.renewal.id).update(updated_at=heard, **changes)
            return wake_informed(by=actor, now=heard)

    assert [woken(0), woken(5, currency="USD"), woken(10, stage="engaged"), woken(10)] == [0, 0, 1, 0]
    run(at + timedelta(minutes=10), channel)
    assert states(workspace, actor)["pause"] == "done"


@pytest.mark.requirement(24)
def test_sponsor_step_goes_on_as_soon_as_somebody_has_the_role(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """Given and ended again: each change of a role is news, by itself no reason to go on."""
    theirs = SPONSOR | {"sponsor": {"side": "theirs", "when_missing": "block"}}
    world, _ = enrol(theirs, task_step("after", -80))
    with in_workspace(workspace.id, by=actor, now=now):
        ContactRole.objects.filter(role="executive_sponsor").delete()
    at = now + timedelta(days=8)
    run(at, channel)

    def woken(minutes: int, change: Callable[..., object], **more: object) -> int:
        heard = at + timedelta(minutes=minutes)
        with in_workspace(workspace.id, by=actor, now=heard):
            change(contact_id=world.contact.id, by=actor, now=heard, **more)
            return wake_informed(by=actor, now=heard)

    today = at.date()
    assert woken(0, end_role, role="legal", until_on=today) == 0
    assert woken(5, give_role, role="executive_sponsor", from_on=today) == 1
    run(at + timedelta(minutes=5), channel)
    assert states(workspace, actor)["hold"] != "scheduled"


@pytest.mark.requirement(19)
def test_wait_for_a_score_goes_on_as_soon_as_one_set_by_hand_ends(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """Set and ended between two scorings: the row of the score is as old as before."""
    low = {"field": "risk.score", "op": "lt", "value": 30}
    world, _ = enrol(system_step("pause", "wait", -95, wait={"until": low, "max_days": 9}), task_step("after", -80))
    person = person_actor(workspace.id, world.owner.id, world.owner.name)
    at = now + timedelta(days=8)
    with in_workspace(workspace.id, by=actor, now=now):
        make_risk(world, now, 20.0)
        word = NewOverride(
            account_id=world.account.id,
            renewal_id=world.renewal.id,
            value=80.0,
            reason="They told me.",
            expires_at=at + timedelta(hours=3),
        )
        set_override(workspace_id=workspace.id, override=word, by=person, now=at)
    run(at, channel)
    with in_workspace(workspace.id, by=actor, now=at):
        assert wake_informed(by=actor, now=at + timedelta(hours=2)) == 0
        tend_people(workspace_id=workspace.id, by=actor, now=at + timedelta(hours=3))
        assert wake_informed(by=actor, now=at + timedelta(hours=3)) == 1
