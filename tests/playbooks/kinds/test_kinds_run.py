"""Each kind of step run by the engine: its effect is there once, however often it is looked at."""

from datetime import date, datetime, timedelta

import pytest

from playbooks.actions.messages import object_to_message
from playbooks.actions.pump import Pump, pump
from playbooks.actions.step_approvals import decide_approval, withdraw_approval
from playbooks.actions.tasks import complete_task
from playbooks.core.errors import ApprovalDecided, ApprovalNotYours, FormIncomplete, MessageGone, NotCompleted
from playbooks.models import (
    Decision,
    Enrolment,
    Message,
    StepAnswer,
    StepApproval,
    StepRun,
    Task,
    WebhookPost,
    WebhookTarget,
)
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.models import Contact, ContactRole, Milestone, Renewal, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World, make_person
from tests.playbooks.stories import KeptChannel, broken_in, email_step, task_step

AUTOMATIC = {"operator": "system", "automation": "automatic", "instructions": "", "outcomes": []}
RISKY = {"field": "risk.score", "op": "ge", "value": 60}
LONG = {"field": "renewal.days_to_due", "op": "ge", "value": 80}


def system_step(key: str, kind: str, days: int, **changes: object) -> dict[str, object]:
    """A step that acts by itself so many days from the renewal date."""
    return task_step(key, days, kind=kind, **AUTOMATIC, **changes)


def run(clock: datetime, channel: KeptChannel) -> None:
    """Pump twice: the second finds nothing to do."""
    pump(Pump(clock=clock, channel=channel))
    pump(Pump(clock=clock, channel=channel))


def states(workspace: Workspace, actor: Actor) -> dict[str, str]:
    """The state of every step run by its key."""
    with in_workspace(workspace.id, by=actor):
        return dict(StepRun.objects.order_by("id").values_list("step_key", "state"))


def branch(key: str, days: int, **when: object) -> dict[str, object]:
    """A branch with the way `special` under a condition and `usual` otherwise."""
    return system_step(
        key,
        "branch",
        days,
        paths=[{"key": "special", "label": "Special", "when": when}],
        otherwise={"key": "usual", "label": "Usual"},
    )


@pytest.mark.requirement(79, 85)
@pytest.mark.parametrize(("when", "taken", "left"), [(LONG, "special", "usual"), (RISKY, "usual", "special")])
def test_branch_takes_first_match_and_otherwise_for_unknown(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    when: dict[str, object],
    taken: str,
    left: str,
) -> None:
    enrol(
        branch("fork", -95, **when),
        task_step("special", -94, path="fork.special"),
        task_step("usual", -93, path="fork.usual"),
        task_step("after", -90),
    )
    run(now + timedelta(days=12), channel)
    assert states(workspace, actor) == {"fork": "done", taken: "done", left: "skipped", "after": "done"}
    with in_workspace(workspace.id, by=actor):
        assert StepRun.objects.get(step_key="fork").chosen == taken
        codes = [item["code"] for item in Decision.objects.get(step_key="fork", kind="step").reasons]
        assert codes == (["path_chosen"] if taken == "special" else ["path_unknown", "path_otherwise"])
        assert Task.objects.count() == 2
    assert broken_in(workspace) == ()


def test_wait_ends_with_its_condition_or_its_last_day(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    enrol(
        system_step("pause", "wait", -95, wait={"until": RISKY, "max_days": 4}),
        task_step("after", -92),
    )
    for days in (6, 7, 8):
        run(now + timedelta(days=days), channel)
        assert states(workspace, actor) == {"pause": "scheduled"}
    run(now + timedelta(days=11), channel)
    assert states(workspace, actor)["pause"] == "done"


@pytest.mark.requirement(12)
def test_message_in_veto_window_leaves_by_itself_when_nobody_objects(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    enrol(email_step("hello", -95, operator="csm", automation="veto_window", veto_hours=24))
    start = now + timedelta(days=7)
    run(start, channel)
    with in_workspace(workspace.id, by=actor):
        message = Message.objects.get()
        assert (message.state, len(channel.calls)) == ("queued", 0)
        assert [item["key"] for item in Task.objects.get().outcomes] == ["let_go", "objected"]
    run(start + timedelta(hours=25), channel)
    assert len(channel.calls) == 1


@pytest.mark.requirement(12)
def test_objection_in_veto_window_stops_the_message_for_good(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(email_step("hello", -95, operator="csm", automation="veto_window", veto_hours=24))
    start = now + timedelta(days=7)
    run(start, channel)
    csm = person_actor(workspace.id, world.owner.id, "Csm")
    with in_workspace(workspace.id, by=csm, now=start):
        complete_task(task_id=Task.objects.get().id, outcome_code="objected", note="Wrong tone", by=csm, now=start)
        assert Message.objects.get().state == "cancelled"
    run(start + timedelta(hours=25), channel)
    assert channel.calls == []


@pytest.mark.requirement(12)
def test_letting_a_message_go_ends_its_veto_window(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(email_step("hello", -95, operator="csm", automation="veto_window", veto_hours=24))
    start = now + timedelta(days=7)
    run(start, channel)
    csm = person_actor(workspace.id, world.owner.id, "Csm")
    with in_workspace(workspace.id, by=csm, now=start):
        complete_task(task_id=Task.objects.get().id, outcome_code="let_go", by=csm, now=start)
    run(start + timedelta(minutes=1), channel)
    assert len(channel.calls) == 1
    with in_workspace(workspace.id, by=csm, now=start), pytest.raises(MessageGone):
        object_to_message(message_id=Message.objects.get().id, why="Too late", by=csm, now=start)


APPROVAL = {
    "kind": "approval",
    "outcomes": [],
    "approvers": {"roles": ["cs_manager"], "within_hours": 48, "unanswered": "reject"},
}
AFTER_YES = {"field": "answer.ask.decision", "op": "eq", "value": "approved"}


def asked(enrol: Enrol, now: datetime, channel: KeptChannel, **changes: object) -> tuple[World, Actor, datetime]:
    """An approval that has been asked for; returns the one who may decide and the instant."""
    world, _ = enrol(task_step("ask", -95, **APPROVAL | changes), task_step("after", -80, condition=AFTER_YES))
    with in_workspace(world.workspace.id, by=person_actor(world.workspace.id, 0, "Setup")):
        boss = make_person(world.workspace, "boss@example.com", "cs_manager")
    start = now + timedelta(days=7)
    run(start, channel)
    return world, person_actor(world.workspace.id, boss.id, "Boss"), start


@pytest.mark.requirement(12, 57)
@pytest.mark.parametrize(("is_approved", "after"), [(True, "done"), (False, "skipped")])
def test_approval_holds_the_playbook_until_it_is_decided(
    enrol: Enrol, workspace: Workspace, now: datetime, channel: KeptChannel, is_approved: bool, after: str
) -> None:
    _, boss, start = asked(enrol, now, channel)
    assert states(workspace, boss) == {"ask": "scheduled"}
    with in_workspace(workspace.id, by=boss, now=start):
        row = StepApproval.objects.get()
        with pytest.raises(NotCompleted):
            complete_task(task_id=Task.objects.get().id, outcome_code="done", by=boss, now=start)
        decide_approval(approval_id=row.id, is_approved=is_approved, note="Fine", by=boss, now=start)
        with pytest.raises(ApprovalDecided):
            decide_approval(approval_id=row.id, is_approved=not is_approved, by=boss, now=start)
    run(start + timedelta(days=16), channel)
    assert states(workspace, boss) == {"ask": "done", "after": after}
    with in_workspace(workspace.id, by=boss):
        assert Decision.objects.filter(kind="approval").count() == 1
    assert broken_in(workspace) == ()


@pytest.mark.requirement(12)
def test_who_asks_never_decides(enrol: Enrol, workspace: Workspace, now: datetime, channel: KeptChannel) -> None:
    world, boss, start = asked(enrol, now, channel)
    owner = person_actor(workspace.id, world.owner.id, "Csm")
    with in_workspace(workspace.id, by=owner, now=start):
        row = StepApproval.objects.get()
        with pytest.raises(ApprovalNotYours):
            decide_approval(approval_id=row.id, is_approved=True, by=owner, now=start)
        with pytest.raises(ApprovalNotYours):
            withdraw_approval(approval_id=row.id, by=boss, now=start)
        assert withdraw_approval(approval_id=row.id, by=owner, now=start).state == "withdrawn"


def test_silence_is_escalated_once_and_then_no_consent(
    enrol: Enrol, workspace: Workspace, now: datetime, channel: KeptChannel
) -> None:
    rule = {"approvers": {"roles": ["cs_manager"], "within_hours": 48, "unanswered": "escalate"}}
    _, boss, start = asked(enrol, now, channel, **rule)
    run(start + timedelta(hours=49), channel)
    with in_workspace(workspace.id, by=boss):
        assert StepApproval.objects.get().state == "pending"
        assert Task.objects.filter(kind="escalation").count() == 1
    run(start + timedelta(hours=98), channel)
    with in_workspace(workspace.id, by=boss):
        assert StepApproval.objects.get().state == "timed_out"
        assert Decision.objects.get(kind="approval").verdict == "timed_out"
    assert states(workspace, boss)["ask"] == "done"


def test_answers_of_a_form_are_kept_and_decide_a_later_step(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    form = [
        {"key": "intends", "label": "Intends", "kind": "choice", "choices": ["renew", "leave"]},
        {"key": "seats", "label": "Seats", "kind": "number", "required": False},
    ]
    says = {"field": "answer.ask.intends", "op": "eq", "value": "leave"}
    world, _ = enrol(
        task_step("ask", -95, kind="information_request", form=form, outcomes=[]),
        task_step("rescue", -90, condition=says),
    )
    start = now + timedelta(days=7)
    run(start, channel)
    csm = person_actor(workspace.id, world.owner.id, "Csm")
    with in_workspace(workspace.id, by=csm, now=start):
        task = Task.objects.get()
        for answers in ({}, {"intends": "perhaps"}, {"intends": "leave", "seats": "many"}):
            with pytest.raises(FormIncomplete):
                complete_task(task_id=task.id, outcome_code="done", answers=answers, by=csm, now=start)
        complete_task(task_id=task.id, outcome_code="done", answers={"intends": "leave"}, by=csm, now=start)
        complete_task(task_id=task.id, outcome_code="done", answers={"intends": "renew"}, by=csm, now=start)
        assert list(StepAnswer.objects.values_list("field_key", "value")) == [("intends", "leave")]
    run(now + timedelta(days=12), channel)
    assert states(workspace, actor) == {"ask": "done", "rescue": "done"}


@pytest.mark.requirement(24)
def test_sponsor_step_waits_for_a_name_and_then_carries_it(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(task_step("meet", -95, kind="sponsor", sponsor={"side": "theirs", "when_missing": "block"}))
    with in_workspace(workspace.id, by=actor):
        ContactRole.objects.filter(role="executive_sponsor").delete()
    for days in (6, 8):
        run(now + timedelta(days=days), channel)
    with in_workspace(workspace.id, by=actor):
        assert [task.title for task in Task.objects.all()] == ["Name the executive sponsor at Account A-1"]
        contact = Contact.objects.get(id=world.contact.id)
        ContactRole.objects.create(
            workspace=workspace,
            contact=contact,
            account=world.account,
            role="executive_sponsor",
            from_on=date(2020, 1, 1),
        )
    run(now + timedelta(days=10), channel)
    with in_workspace(workspace.id, by=actor):
        assert Task.objects.filter(kind="sponsor").get().title == "Meet: Ada Vogel"


@pytest.mark.requirement(24, 111)
def test_sponsor_step_that_warns_goes_on_without_a_name(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    enrol(task_step("meet", -95, kind="sponsor", sponsor={"side": "ours", "when_missing": "warn"}))
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        assert "sponsor_missing" in [item["code"] for item in Task.objects.get().why]


@pytest.mark.requirement(53)
@pytest.mark.parametrize("has_milestone", [True, False])
def test_celebration_needs_something_to_celebrate(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, has_milestone: bool
) -> None:
    world, _ = enrol(email_step("cheer", -95, kind="celebrate_value"))
    if has_milestone:
        with in_workspace(workspace.id, by=actor):
            Milestone.objects.create(
                workspace=workspace,
                account=world.account,
                external_id="M",
                name="First",
                achieved_on=now.date(),
                evidence="Seen",
            )
    run(now + timedelta(days=7), channel)
    assert len(channel.calls) == int(has_milestone)


@pytest.mark.requirement(53)
def test_expansion_prompt_waits_for_an_open_ear(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    enrol(task_step("more", -95, kind="expansion_prompt"))
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        assert Task.objects.count() == 0
        assert "expansion_prompt_no" in [item["code"] for item in StepRun.objects.get().reasons]


def test_escalation_gives_the_role_its_response_filled_in(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    call = {"role": "cs_manager", "response": "Speak to {{ account.name }} about {{ contract.name }}."}
    with in_workspace(workspace.id, by=actor):
        boss = make_person(workspace, "boss@example.com", "cs_manager")
    enrol(system_step("up", "escalation", -95, escalate=call))
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        task = Task.objects.get()
        assert (task.assignee_id, task.kind) == (boss.id, "escalation")
        assert task.instructions == "Speak to Account A-1 about Contract A-1."


@pytest.mark.parametrize(("value", "stage", "state"), [("engaged", "engaged", "done"), ("verbal", "verbal", "done")])
def test_field_update_goes_through_the_renewals_own_action(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    value: str,
    stage: str,
    state: str,
) -> None:
    enrol(system_step("set", "field_update", -95, field={"name": "renewal.stage", "value": value}))
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        assert Renewal.objects.get().stage == stage
    assert states(workspace, actor) == {"set": state}


def test_field_update_that_is_refused_becomes_a_task(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    enrol(system_step("set", "field_update", -95, field={"name": "renewal.stage", "value": "upcoming"}))
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(stage="verbal")
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        assert Renewal.objects.get().stage == "verbal"
        assert "field_refused" in [item["code"] for item in Task.objects.get().why]
    assert states(workspace, actor) == {"set": "skipped"}


@pytest.mark.parametrize("has_target", [True, False])
def test_webhook_is_queued_once_with_an_id_of_its_step(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, has_target: bool
) -> None:
    enrol(system_step("call", "webhook", -95, webhook={"target": "crm", "event": "renewal.at_risk"}))
    if has_target:
        with in_workspace(workspace.id, by=actor):
            WebhookTarget.objects.create(
                workspace=workspace, name="crm", style="signed", host="crm.example.org", created_at=now
            )
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        posts = list(WebhookPost.objects.values_list("topic", "state"))
        assert (posts, Task.objects.count()) == (([("step", "waiting")], 0) if has_target else ([], 1))
        if has_target:
            post = WebhookPost.objects.get()
            assert (post.body["type"], post.post_key[:3]) == ("renewal.at_risk", "pn-")
    assert states(workspace, actor) == {"call": "done" if has_target else "skipped"}


@pytest.mark.requirement(20)
def test_phase_conditions_skip_what_is_no_longer_for_the_account(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    phase = {"key": "all", "name": "All", "purpose": "value", "opens_days": -365, "closes_days": 30}
    enrol(
        task_step("first", -95),
        phases=[phase | {"entry": {"field": "account.segment", "op": "eq", "value": "small"}}],
    )
    run(now + timedelta(days=7), channel)
    assert states(workspace, actor) == {"first": "skipped"}


@pytest.mark.parametrize(("effect", "state"), [("end", "exited"), ("record", "completed")])
def test_goal_is_kept_with_its_version_and_ends_only_where_it_says_so(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, effect: str, state: str
) -> None:
    enrol(task_step("first", -95), goal={"when": LONG, "within_days": 30, "effect": effect})
    run(now + timedelta(days=7), channel)
    with in_workspace(workspace.id, by=actor):
        enrolment = Enrolment.objects.get()
        assert (enrolment.state, enrolment.goal_version) == (state, "simple v1")
        assert Task.objects.count() == int(effect == "record")
    assert broken_in(workspace) == ()
