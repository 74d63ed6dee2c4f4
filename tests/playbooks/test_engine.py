"""The engine on one connection: enrolment, claim, execution, sending, and what it refuses to do twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from playbooks.actions import execute
from playbooks.actions import pump as pump_module
from playbooks.actions.claim import ClaimedStep, claim_steps
from playbooks.actions.enrol import enrol_due, enrol_renewal
from playbooks.actions.evidence import beat
from playbooks.actions.execute import Executed, execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.pump import Pump, pump, pump_safely
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.tasks import complete_task
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Decision, EngineCounter, Enrolment, Message, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending, resume_sending
from renewals.core.actors import Actor, system_actor
from renewals.models import Touchpoint, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import make_world
from tests.playbooks.stories import KeptChannel, broken_in, email_step, enrol_account, publish_simple, task_step
from tests.plugins.database import make_workspace

LIMITS = EngineLimits()


def states(workspace: Workspace, actor: Actor) -> list[tuple[str, str]]:
    """Every step run with its state, in the order they were made."""
    with in_workspace(workspace.id, by=actor):
        return list(StepRun.objects.order_by("id").values_list("step_key", "state"))


@pytest.mark.requirement(3)
def test_enrolment_sweep_twice_enrols_once(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """One renewal in its window enters one playbook, with exactly one open step."""
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, task_step("call", -60), key="strategic")
        make_world(workspace, due_on=(now + timedelta(days=100)).date())
        assert enrol_due(by=actor, now=now).enrolled == 1
        assert enrol_due(by=actor, now=now).enrolled == 0
        assert Enrolment.objects.count() == 1
        assert list(StepRun.objects.values_list("step_key", "state")) == [("call", "scheduled")]
        assert Decision.objects.get(kind="enrol").verdict == "enrol"


def test_enrolment_by_hand_twice_is_one(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """The unique key decides, not a look before."""
    world, _ = enrol(task_step("call", -60))
    with in_workspace(workspace.id, by=actor):
        assert enrol_renewal(renewal_id=world.renewal.id, playbook_key="simple", by=actor, now=now) is None


@pytest.mark.requirement(18, 39)
def test_email_step_is_written_sent_and_entered_in_the_ledger(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """Effect, end, next step, decision, touchpoint: all there, once, after two pumps."""
    world, _ = enrol(email_step("hello", -90), task_step("call", -60))
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=channel))
    pump(Pump(clock=later, channel=channel))
    assert states(workspace, actor) == [("hello", "done"), ("call", "scheduled")]
    with in_workspace(workspace.id, by=actor):
        message = Message.objects.get()
        touch = Touchpoint.objects.get()
        assert (message.state, message.attempts, message.sent_at) == ("sent", 1, later)
        assert (touch.origin_key, touch.contact_id, touch.is_automated) == (
            f"message:{message.id}",
            world.contact.id,
            True,
        )
        assert sorted(Decision.objects.values_list("kind", "verdict")) == [("send", "sent"), ("step", "do")]
    assert [call.idem_key for call in channel.calls] == [message.idem_key]
    assert "List-Unsubscribe" in channel.calls[0].headers
    assert broken_in(workspace) == ()


def test_nothing_runs_before_it_is_due(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """I8: a pump a second early does nothing."""
    enrol(email_step("hello", -90))
    with in_workspace(workspace.id, by=actor):
        due_at = StepRun.objects.get().due_at
    assert pump(Pump(clock=due_at - timedelta(seconds=1), channel=channel)).steps == 0
    assert pump(Pump(clock=due_at, channel=channel)).steps == 1


def test_worker_that_lost_its_lease_commits_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """I5: the higher fence of whoever took over refuses the first one."""
    enrol(task_step("call", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        first = claim_steps(workspace_id=workspace.id, worker="one", limits=LIMITS)
        StepRun.objects.update(lease_until=now - timedelta(days=1))
        second = claim_steps(workspace_id=workspace.id, worker="two", limits=LIMITS, suspects=True)
        assert (first[0].fence, second[0].fence, second[0].was_taken_over) == (1, 2, True)
        assert execute_steps(first, limits=LIMITS).fenced == 1
        assert Task.objects.count() == 0
        assert execute_steps(second, limits=LIMITS).ended == 1
        assert Task.objects.count() == 1


def test_leased_step_is_claimed_by_nobody_else(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """While the lease runs, the step is invisible to others."""
    enrol(task_step("call", -90))
    with in_workspace(workspace.id, by=actor, now=now + timedelta(days=11)):
        assert len(claim_steps(workspace_id=workspace.id, worker="one", limits=LIMITS)) == 1
        assert claim_steps(workspace_id=workspace.id, worker="two", limits=LIMITS) == ()
        assert claim_steps(workspace_id=workspace.id, worker="two", limits=LIMITS, suspects=True) == ()


def test_poison_step_is_parked_while_others_go_on(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """I14: after five unfinished claims it is set aside with its data and a task; the other step is done on time."""
    enrol(task_step("call", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        claim_steps(workspace_id=workspace.id, worker="dies", limits=LIMITS)
        StepRun.objects.update(claims=5, lease_until=now, claimed_at=now)
    beat("somebody else", steps=1)
    enrol(task_step("call", -90), key="A-2")
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        assert sorted(StepRun.objects.values_list("state", flat=True)) == ["done", "parked"]
        assert sorted(Enrolment.objects.values_list("state", flat=True)) == ["completed", "parked"]
        assert sorted(Task.objects.values_list("title", flat=True)) == ["Call", "Stuck: Call"]
    assert broken_in(workspace) == ()


def test_stall_of_everybody_costs_no_attempt(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """I14: with no pulse since the last claim, the count stays."""
    enrol(task_step("call", -90))
    with in_workspace(workspace.id, by=actor, now=now + timedelta(days=11)):
        claim_steps(workspace_id=workspace.id, worker="one", limits=LIMITS)
        StepRun.objects.update(lease_until=now)
        again = claim_steps(workspace_id=workspace.id, worker="two", limits=LIMITS, suspects=True)
        assert (again[0].unfinished, again[0].others_progress) == (0, False)


@pytest.mark.requirement(5)
def test_unsubscribe_before_sending_cancels_the_message(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """I9, between the writing of the message and its sending."""
    world, _ = enrol(email_step("hello", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
        assert Message.objects.get().state == "queued"
        assert unsubscribe(contact_id=world.contact.id, by=actor, now=later) == 1
        assert unsubscribe(contact_id=world.contact.id, by=actor, now=later) == 0
    pump(Pump(clock=later, channel=channel))
    assert channel.calls == []


@pytest.mark.requirement(5)
def test_stopped_enrolment_sends_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """I10: a stop skips the open step and cancels the waiting message; a second stop changes nothing."""
    _, enrolment = enrol(email_step("hello", -90), task_step("call", -60))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
        for _ in range(2):
            stop_enrolment(enrolment_id=enrolment.id, reason="owner_asked", by=actor, now=later)
    pump(Pump(clock=later, channel=channel))
    assert channel.calls == []
    assert states(workspace, actor) == [("hello", "done"), ("call", "skipped")]
    assert broken_in(workspace) == ()


def test_message_of_a_paused_workspace_is_not_touched_and_leaves_at_once_after_it(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """A pause costs nothing while it lasts: nobody looks at what waits, and it waits no longer than the pause."""
    enrol(email_step("hello", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
        pause_sending(reason="asked", by=actor, now=later)
        before = Message.objects.values().get()
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        assert Message.objects.values().get() == before
        resume_sending(by=actor, now=later)
    pump(Pump(clock=later, channel=channel))
    assert len(channel.calls) == 1


@pytest.mark.parametrize(
    ("honours", "message_class", "expected_state", "has_task"),
    [
        (True, "relationship", "queued", False),
        (False, "relationship", "in_doubt", True),
        (False, "contractual_notice", "queued", True),
    ],
)
def test_ambiguous_send_follows_the_policy_of_its_class(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    honours: bool,
    message_class: str,
    expected_state: str,
    has_task: bool,
) -> None:
    """I12: the same key again where it is honoured; otherwise held, or sent again as a copy for a notice."""
    template = "notice" if message_class == "contractual_notice" else "hello"
    late = {"policy": "task"} if template == "notice" else {"policy": "send_late", "max_days": 10}
    enrol(email_step("hello", -90, message_class=message_class, template=template, late=late))
    lost = SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")
    channel = KeptChannel(answers=[lost], honours_idempotency_key=honours)
    later = now + timedelta(days=10, hours=1)
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        message = Message.objects.get()
        assert (message.state, message.may_have_left) == (expected_state, True)
        assert message.is_copy is (message_class == "contractual_notice")
        assert Task.objects.filter(message=message).exists() is has_task
    pump(Pump(clock=later + timedelta(hours=1), channel=channel))
    keys = {call.idem_key for call in channel.calls}
    assert len(keys) == 1
    assert len(channel.calls) == (1 if expected_state == "in_doubt" else 2)
    assert broken_in(workspace) == ()


def test_refused_address_fails_alone(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """F17: one bad recipient is one failed message with a task; the other goes out."""
    enrol(email_step("hello", -90))
    enrol(email_step("hello", -90), key="A-2")
    channel.answers = [SendResult(receipt=Receipt.REFUSED, reason="550 no such user")]
    pump(Pump(clock=now + timedelta(days=11), channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert sorted(Message.objects.values_list("state", flat=True)) == ["failed", "sent"]
        assert Task.objects.get().title.startswith("Could not be sent")


def test_sender_that_died_is_taken_over_with_the_same_key(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """F3: a message left in `sending` goes again under the same key, and the evidence is counted."""
    enrol(email_step("hello", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=actor, now=later):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
        Message.objects.update(
            state="sending", fence=1, attempts=1, lease_until=now, sending_at=later, first_sending_at=later
        )
    pump(Pump(clock=later, channel=channel))
    pump(Pump(clock=later + timedelta(minutes=1), channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert (Message.objects.get().state, len(channel.calls)) == ("sent", 1)
    assert EngineCounter.objects.get(name="reclaimed_send").count == 1


def test_step_that_raises_is_put_off_alone(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One broken step never stops a sweep; after five failures it is parked for a person."""
    enrol(task_step("call", -90))
    enrol(task_step("call", -90), key="A-2")
    with in_workspace(workspace.id, by=actor):
        broken = StepRun.objects.order_by("id").first()
    real = execute.decide_outcome

    def fail_for_one(case, people, *, now):  # the signature of the real one
        if case.step_run_id == broken.id:
            raise ValueError("broken on purpose")
        return real(case, people, now=now)

    monkeypatch.setattr(execute, "decide_outcome", fail_for_one)
    later = now + timedelta(days=11)
    for turn in range(6):
        pump(Pump(clock=later + timedelta(hours=turn), channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert sorted(StepRun.objects.values_list("state", "failures")) == [("done", 0), ("parked", 5)]
        assert Task.objects.filter(title__startswith="Stuck").count() == 1


def test_task_completed_twice_gives_the_first_result(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """A double click is one completion, one touchpoint, and keeps the first outcome."""
    enrol(task_step("call", -90))
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        task = Task.objects.get()
        first = complete_task(task_id=task.id, outcome_code="done", note="Agreed.", by=actor, now=later)
        again = complete_task(task_id=task.id, outcome_code="stuck", by=actor, now=later)
        assert (first.is_repeat, again.is_repeat, again.task.outcome_code) == (False, True, "done")
        assert Touchpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "enrolment_state", "tasks"),
    [("done", "active", ["done"]), ("lost", "exited", ["done"]), ("stuck", "active", ["done", "open"])],
)
def test_task_outcome_continues_exits_or_escalates(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    outcome: str,
    enrolment_state: str,
    tasks: list[str],
) -> None:
    """What an outcome code does is written in the definition."""
    enrol(task_step("call", -90), task_step("again", -60))
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        complete_task(task_id=Task.objects.get().id, outcome_code=outcome, by=actor, now=later)
        assert Enrolment.objects.get().state == enrolment_state
        assert sorted(Task.objects.values_list("state", flat=True)) == tasks
    assert broken_in(workspace) == ()


@pytest.mark.parametrize(("conflicts", "tasks"), [(2, 1), (3, 0)])
def test_conflict_of_locks_is_tried_three_times(
    committed: None, now: datetime, monkeypatch: pytest.MonkeyPatch, conflicts: int, tasks: int
) -> None:
    """F14: two deadlocks cost nothing; after the third the claim is left to its lease, and nothing is half done."""
    workspace = make_workspace("conflict")
    by = system_actor(workspace.id, "tests")
    enrol_account(workspace, by, now, task_step("call", -90))
    real, left = pump_module.execute_steps, [conflicts]

    def conflict(claimed: Sequence[ClaimedStep], *, limits: EngineLimits) -> Executed:
        if left[0]:
            left[0] -= 1
            raise OperationalError("deadlock detected")
        return real(claimed, limits=limits)

    monkeypatch.setattr(pump_module, "execute_steps", conflict)
    pump_safely(Pump(clock=now + timedelta(days=11), channel=KeptChannel()))
    with in_workspace(workspace.id, by=by):
        assert Task.objects.count() == tasks
        assert StepRun.objects.get().state == ("done" if tasks else "claimed")
