"""What comes back from an account: one event acts once, on every playbook of the account, as each one's rule says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from playbooks.actions.claim import claim_steps
from playbooks.actions.deviate import Wanted, deviate
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.reactions import Recorded, record_reaction
from playbooks.actions.replan import replan_moved
from playbooks.core.facts import DeviationKind
from playbooks.models import Decision, Message, Reaction, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import InvalidInput, UnknownChoice
from renewals.models import Renewal, Suppression, Touchpoint
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import email_step, task_step

pytestmark = pytest.mark.usefixtures("inside")


def react(world: World, actor: Actor, now: datetime, kind: str, **evidence: Any) -> Recorded:
    """Record one reaction of the account's contact."""
    return record_reaction(
        by=actor,
        now=now,
        account_id=world.account.id,
        contact_id=world.contact.id,
        kind=kind,
        occurred_at=now,
        evidence=evidence,
    )


def run_due(world: World, by: Actor, now: datetime) -> None:
    """Execute what is due, without sending."""
    limits = EngineLimits()
    with in_workspace(world.workspace.id, by=by, now=now):
        execute_steps(claim_steps(workspace_id=world.workspace.id, worker="w", limits=limits), limits=limits)


@pytest.fixture
def waiting(enrol: Enrol, actor: Actor, now: datetime) -> World:
    """An account with one message in the outbox that has not left."""
    world, _ = enrol(email_step("hello", -100), task_step("call", -60), due_in=100)
    run_due(world, actor, now)
    assert list(Message.objects.values_list("state", flat=True)) == ["queued"]
    return world


@pytest.mark.requirement(26, 87)
def test_reply_hushes_what_waits_and_gives_one_task(waiting: World, actor: Actor, now: datetime) -> None:
    done = react(waiting, actor, now, "reply", subject="Re: hello", key="m-1")
    assert (done.applied.hushed, done.applied.playbooks) == (1, 1)
    assert list(Message.objects.values_list("state", flat=True)) == ["cancelled"]
    assert Touchpoint.objects.get(direction="inbound").subject == "Re: hello"
    assert Task.objects.get(origin_key__startswith="reaction:").title == "Answer their reply"
    decision = Decision.objects.get(kind="reaction")
    assert (decision.verdict, decision.rule_version) == ("stop", "simple v1")
    assert StepRun.objects.filter(state="scheduled").count() == 1


@pytest.mark.requirement(19)
def test_same_event_twice_acts_once(waiting: World, actor: Actor, now: datetime) -> None:
    first = react(waiting, actor, now, "reply", key="m-1")
    again = react(waiting, actor, now + timedelta(hours=1), "reply", key="m-1")
    assert (again.is_repeat, again.reaction_id) == (True, first.reaction_id)
    counts = [model.objects.count() for model in (Reaction, Task)]
    assert counts == [1, 1]


def test_second_reply_is_told_inside_the_open_task(waiting: World, actor: Actor, now: datetime) -> None:
    react(waiting, actor, now, "reply", key="m-1")
    react(waiting, actor, now, "reply", key="m-2")
    assert len(Task.objects.get(origin_key__startswith="reaction:").why) == 2


def test_hard_bounce_suppresses_the_address_and_asks_for_another(waiting: World, actor: Actor, now: datetime) -> None:
    react(waiting, actor, now, "bounce_hard")
    row = Suppression.objects.get()
    assert (row.contact_id, row.message_class, row.origin) == (waiting.contact.id, "all", "hard_bounce")
    assert Message.objects.get().state == "cancelled"
    assert Task.objects.filter(title="Find a new address").count() == 1


def test_third_soft_bounce_within_seven_days_is_a_hard_one(waiting: World, actor: Actor, now: datetime) -> None:
    for days in (0, 1):
        react(waiting, actor, now + timedelta(days=days), "bounce_soft")
    assert Suppression.objects.count() == 0
    react(waiting, actor, now + timedelta(days=6), "bounce_soft")
    assert Suppression.objects.count() == 1


def test_soft_bounces_spread_over_more_than_a_week_leave_the_address(
    waiting: World, actor: Actor, now: datetime
) -> None:
    for days in (0, 4, 8):
        react(waiting, actor, now + timedelta(days=days), "bounce_soft")
    assert Suppression.objects.count() == 0


@pytest.mark.parametrize("kind", ["unsubscribe", "complaint"])
def test_unsubscribe_and_complaint_keep_notices_possible(
    waiting: World, actor: Actor, now: datetime, kind: str
) -> None:
    react(waiting, actor, now, kind)
    classes = sorted(Suppression.objects.values_list("message_class", flat=True))
    assert classes == ["marketing", "relationship"]


@pytest.mark.requirement(26)
def test_buying_signal_brings_a_drifting_step_forward(enrol: Enrol, actor: Actor, now: datetime) -> None:
    drifting = {"from": "after_previous", "days": 20, "roll": "next_business_day"}
    world, _ = enrol(email_step("hello", -100, anchor=drifting), due_in=170)
    done = react(world, actor, now, "buying_signal", signal=7)
    step = StepRun.objects.get(state="scheduled")
    assert (done.applied.advanced, step.due_at, step.planned_at) == (1, now, now)
    assert Task.objects.get().why[0]["kind"] == "buying_signal"
    assert Decision.objects.get(kind="reaction").inputs["signal"] == 7


def test_buying_signal_never_moves_a_contract_date(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", -60), due_in=170)
    before = StepRun.objects.get().due_at
    done = react(world, actor, now, "buying_signal")
    assert (done.applied.advanced, StepRun.objects.get().due_at) == (0, before)
    told = Decision.objects.get(kind="reaction").reasons[1]
    assert (told["code"], told["because"]) == ("not_advanced", "contract_date")


def test_playbook_with_its_own_rule_follows_it(enrol: Enrol, actor: Actor, now: datetime) -> None:
    rules = [{"kind": "reply", "effect": "none"}]
    world, _ = enrol(email_step("hello", -100), due_in=100, reactions=rules)
    run_due(world, actor, now)
    react(world, actor, now, "reply")
    assert Message.objects.get().state == "queued"


def test_unknown_kind_and_person_left_out_are_refused(waiting: World, actor: Actor, now: datetime) -> None:
    with pytest.raises(UnknownChoice):
        react(waiting, actor, now, "shrug")
    with pytest.raises(InvalidInput):
        record_reaction(
            by=actor, now=now, account_id=waiting.account.id, contact_id=None, kind="bounce_hard",
            occurred_at=now, evidence={},
        )  # fmt: skip


def test_advanced_step_keeps_its_advance_however_it_is_planned_again(enrol: Enrol, actor: Actor, now: datetime) -> None:
    drifting = task_step("after", 0, anchor={"from": "after_previous", "days": 60})
    world, enrolment = enrol(task_step("first", -98), drifting, task_step("last", -5))
    at = now + timedelta(days=6)
    run_due(world, actor, now + timedelta(days=4))
    assert StepRun.objects.get(step_key="after").due_at > at
    react(world, actor, at, "buying_signal")
    Renewal.objects.update(due_on=F("due_on") + timedelta(days=7), notice_on=F("notice_on") + timedelta(days=7))
    assert replan_moved(by=actor, now=at) == 1
    step = StepRun.objects.get(step_key="after")
    assert (step.due_at, step.planned_at, step.state) == (at, at, "scheduled")
    person = person_actor(world.workspace.id, world.owner.id, "Csm")
    skip = Wanted(step_key="last", kind=DeviationKind.SKIP, reason="Not needed")
    deviate(enrolment_id=enrolment.id, wanted=skip, by=person, now=at)
    assert StepRun.objects.get(step_key="after").due_at == at
    chosen_on = (at + timedelta(days=20)).date()
    retime = Wanted(step_key="after", kind=DeviationKind.RETIME, reason="They asked", due_on=chosen_on)
    deviate(enrolment_id=enrolment.id, wanted=retime, by=person, now=at)
    assert StepRun.objects.get(step_key="after").due_local_on == chosen_on


def test_advanced_step_comes_right_after_one_that_takes_its_place(enrol: Enrol, actor: Actor, now: datetime) -> None:
    drifting = task_step("after", 0, anchor={"from": "after_previous", "days": 60})
    world, enrolment = enrol(task_step("first", -98), drifting, task_step("milestone", -20))
    run_due(world, actor, now + timedelta(days=4))
    at = now + timedelta(days=6)
    react(world, actor, at, "buying_signal")
    Renewal.objects.update(due_on=F("due_on") - timedelta(days=76), notice_on=F("notice_on") - timedelta(days=76))
    assert replan_moved(by=actor, now=at) == 1
    assert StepRun.objects.get(state="scheduled").step_key == "milestone"
    run_due(world, actor, at)
    step = StepRun.objects.get(step_key="after")
    enrolment.refresh_from_db()
    assert (step.due_at, step.state, enrolment.advanced) == (at, "scheduled", {"after": at.isoformat()})
