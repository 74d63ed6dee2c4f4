"""Stories over months of moved clock, told through the real sweeps with the shipped playbooks."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from playbooks.actions.messages import approve_message, cancel_message
from playbooks.actions.pump import Pump
from playbooks.actions.queue import rebuild_queue
from playbooks.actions.sweeps import sweep_all
from playbooks.models import Decision, Enrolment, Message, QueueEntry, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.models import Contract, Renewal, TermVersion, Touchpoint, Workspace
from tests.playbooks.factories import make_person, make_world
from tests.playbooks.stories import (
    KeptChannel,
    broken_in,
    email_step,
    enrol_account,
    ship,
    sweep_days,
    sweep_when_due,
    task_step,
)

START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


def move_contract(renewal: Renewal, days: int) -> None:
    """What an amended term does: a new version of the term, and the renewal follows it."""
    contract = Contract.objects.get(id=renewal.contract_id)
    old = TermVersion.objects.get(contract=contract, superseded_at__isnull=True)
    TermVersion.objects.filter(id=old.id).update(superseded_at=old.recorded_at + timedelta(days=1))
    old.pk, old.version, old.superseded_at = None, old.version + 1, None
    old.ends_on += timedelta(days=days)
    old.save(force_insert=True)
    renewal.due_on += timedelta(days=days)
    renewal.notice_on += timedelta(days=days)
    renewal.save()


@pytest.mark.requirement(7, 19, 20, 83)
def test_strategic_renewal_over_two_hundred_days(workspace: Workspace, actor: Actor) -> None:
    """From T-180 to T+20: every step once, in order, each with an owner and a reason, and the books balance."""
    by = ship(workspace, START)
    channel = KeptChannel()
    with in_workspace(workspace.id, by=by, now=START):
        world = make_world(workspace, due_on=(START + timedelta(days=182)).date())
    sweep_days(START, 202, channel, hours=48)
    with in_workspace(workspace.id, by=by):
        enrolment = Enrolment.objects.get()
        assert (enrolment.playbook.key, enrolment.started_at.date()) == ("strategic", date(2026, 3, 4))
        runs = list(StepRun.objects.order_by("id"))
        defined = {step["key"] for step in enrolment.version.definition["playbook"]["steps"]}
        assert {run.step_key for run in runs} <= defined
        assert max(Counter(run.step_key for run in runs).values()) == 1
        done = [run for run in runs if run.state == "done"]
        assert len(done) >= 10
        assert all(run.done_at >= run.planned_at for run in done)
        assert set(Task.objects.values_list("assignee_id", flat=True)) == {world.owner.id}
        assert Decision.objects.filter(kind="step", verdict="do").count() + Decision.objects.filter(
            kind="step", verdict__in=("ask_approval", "make_task")
        ).count() == len(done)
    assert broken_in(workspace) == ()


@pytest.mark.requirement(19)
def test_same_inputs_give_the_same_journey(workspace: Workspace, other_workspace: Workspace) -> None:
    """Two workspaces with equal facts get equal steps at equal instants."""
    journeys = []
    for each in (workspace, other_workspace):
        by = ship(each, START)
        with in_workspace(each.id, by=by, now=START):
            make_world(each, due_on=(START + timedelta(days=100)).date(), tier="growth")
    sweep_when_due(START, 110, KeptChannel(), hours=48)
    for each in (workspace, other_workspace):
        with in_workspace(each.id, by=ship(each, START)):
            journeys.append(
                list(StepRun.objects.order_by("id").values_list("step_key", "state", "planned_at", "done_at"))
            )
    assert journeys[0] == journeys[1]
    assert len(journeys[0]) > 4


@pytest.mark.requirement("X6")
def test_moved_contract_date_moves_what_is_ahead_and_repeats_nothing(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """F30: the open step follows the new date, old and new are in the log, the sent message is not sent again."""
    world, _ = enrol_account(workspace, actor, now, email_step("hello", -90), task_step("call", -60))
    channel = KeptChannel()
    sweep_when_due(now, 11, channel)
    assert len(channel.calls) == 1
    with in_workspace(workspace.id, by=actor, now=now):
        before = StepRun.objects.get(step_key="call").due_at
        move_contract(world.renewal, 28)
    sweep_when_due(now + timedelta(days=11), 1, channel)
    with in_workspace(workspace.id, by=actor):
        run = StepRun.objects.get(step_key="call")
        assert run.due_at.date() == before.date() + timedelta(days=28)
        assert run.occurrence == world.renewal.due_on - timedelta(days=28)
        log = Decision.objects.get(kind="replan")
        assert [item["code"] for item in log.reasons].count("contract_date_moved") == 2
    sweep_when_due(now + timedelta(days=12), 80, channel)
    assert len(channel.calls) == 1
    assert broken_in(workspace) == ()


def test_contract_moved_earlier_makes_the_step_due_at_once(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """F30: a date that makes a task already due raises it in the same sweep."""
    world, _ = enrol_account(workspace, actor, now, task_step("call", -60))
    with in_workspace(workspace.id, by=actor, now=now):
        move_contract(world.renewal, -41)
    sweep_all(Pump(clock=now, channel=KeptChannel()), now=now)
    with in_workspace(workspace.id, by=actor):
        assert Task.objects.count() == 1
    assert broken_in(workspace) == ()


def test_renewal_closed_midway_stops_everything(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """After the close the sweep skips the open step, cancels the open task and takes the line out of the queue."""
    world, enrolment = enrol_account(workspace, actor, now, task_step("first", -90), email_step("hello", -60))
    channel = KeptChannel()
    sweep_when_due(now, 11, channel)
    with in_workspace(workspace.id, by=actor, now=now):
        assert QueueEntry.objects.count() == 1
        Renewal.objects.filter(id=world.renewal.id).update(
            stage="closed", forecast_category="closed", closed_on=now.date(), final_amount=Decimal(1)
        )
    sweep_when_due(now + timedelta(days=12), 60, channel)
    with in_workspace(workspace.id, by=actor):
        assert Enrolment.objects.get(id=enrolment.id).ended_reason == "renewal_closed"
        assert list(StepRun.objects.order_by("id").values_list("state", flat=True)) == ["done", "skipped"]
        assert (Task.objects.get().state, QueueEntry.objects.count()) == ("cancelled", 0)
    assert channel.calls == []
    assert broken_in(workspace) == ()


@pytest.mark.requirement("X17")
@pytest.mark.parametrize(
    ("late", "sent", "task"),
    [
        ({"policy": "send_late", "max_days": 5}, 1, 0),
        ({"policy": "send_late", "max_days": 2}, 0, 0),
        ({"policy": "task"}, 0, 1),
        ({"policy": "skip"}, 0, 0),
        ({"policy": "ask", "max_days": 2}, 0, 0),
    ],
)
def test_outage_of_five_days_is_caught_up_by_the_late_rule(
    workspace: Workspace, actor: Actor, now: datetime, late: dict[str, object], sent: int, task: int
) -> None:
    """Everything was down for five days: what is late goes out, becomes a task or is skipped, as written."""
    enrol_account(workspace, actor, now, email_step("hello", -90, late=late), task_step("call", -60))
    channel = KeptChannel()
    sweep_when_due(now, 9, channel)
    sweep_when_due(now + timedelta(days=15), 0, channel)
    with in_workspace(workspace.id, by=actor):
        assert (len(channel.calls), Task.objects.count()) == (sent, task)
        assert StepRun.objects.filter(step_key="call", state="scheduled").exists()
    assert broken_in(workspace) == ()


@pytest.mark.requirement("X17")
@pytest.mark.parametrize(("answer", "sent"), [(approve_message, 1), (cancel_message, 0), (None, 0)])
def test_message_late_by_an_outage_leaves_only_when_a_person_says_so(
    workspace: Workspace, actor: Actor, now: datetime, answer: Callable[..., Message] | None, sent: int
) -> None:
    """It is written once, waits for the answer while others go on, and is over when its days are."""
    late = {"policy": "ask", "max_days": 9}
    enrol_account(workspace, actor, now, email_step("hello", -90, late=late), task_step("call", -60))
    channel = KeptChannel()
    sweep_when_due(now, 9, channel)
    back = now + timedelta(days=15)
    sweep_when_due(back, 0, channel)
    with in_workspace(workspace.id, by=actor, now=back):
        message = Message.objects.get()
        assert (message.state, len(channel.calls)) == ("draft", 0)
        assert Decision.objects.get(step_key="hello", verdict="ask_approval").reasons[0]["code"] == "asks_because_late"
        person = person_actor(workspace.id, make_person(workspace, "boss@example.com", "cs_manager").id, "Boss")
        if answer is not None:
            answer(message_id=message.id, by=person, now=back)
    sweep_days(back, 6, channel)
    assert len(channel.calls) == sent
    assert broken_in(workspace) == ()


@pytest.mark.parametrize(
    ("zone", "due_on", "expected"),
    [
        ("Europe/Berlin", date(2026, 5, 26), "2026-03-27T08:00:00+00:00"),
        ("Europe/Berlin", date(2026, 5, 29), "2026-03-30T07:00:00+00:00"),
        ("Asia/Kathmandu", date(2026, 5, 29), "2026-03-30T03:15:00+00:00"),
        ("America/New_York", date(2026, 5, 5), "2026-03-06T14:00:00+00:00"),
        ("America/New_York", date(2026, 5, 8), "2026-03-09T13:00:00+00:00"),
    ],
)
def test_nine_in_the_morning_is_nine_on_either_side_of_a_clock_change(
    workspace: Workspace, actor: Actor, now: datetime, zone: str, due_on: date, expected: str
) -> None:
    """The wall clock counts, before and after daylight saving begins."""
    world, enrolment = enrol_account(workspace, actor, now, task_step("call", -60), due_in=(due_on - now.date()).days)
    with in_workspace(workspace.id, by=actor, now=now):
        world.account.timezone = zone
        world.account.save()
    sweep_all(Pump(clock=now, channel=KeptChannel()), now=now)
    channel = KeptChannel()
    sweep_when_due(now, 30, channel)
    with in_workspace(workspace.id, by=actor):
        assert StepRun.objects.get(enrolment=enrolment).planned_at == datetime.fromisoformat(expected)


@pytest.mark.requirement(73)
def test_budget_of_a_contact_is_never_passed(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """Two touches a week: the third message waits until the first is a week old, whatever the plan says."""
    guardrails = {
        "max_touches": 2,
        "per_days": 7,
        "min_gap_days": 0,
        "send_from": "08:00",
        "send_until": "18:00",
        "stop_on_reply": True,
        "rules": ["Be brief."],
    }
    steps = [email_step(f"mail{number}", -90 + number) for number in range(4)]
    enrol_account(workspace, actor, now, *steps, guardrails=guardrails)
    sweep_when_due(now, 40, KeptChannel(), hours=6)
    with in_workspace(workspace.id, by=actor):
        sent = sorted(Message.objects.filter(state="sent").values_list("sent_at", flat=True))
        assert len(sent) >= 3
        assert all(later - earlier >= timedelta(days=7) for earlier, later in zip(sent, sent[2:], strict=False))
        assert Touchpoint.objects.count() == len(sent)
    assert broken_in(workspace) == ()


def test_queue_kept_up_to_date_equals_the_queue_built_anew(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """The maintained read model and a rebuild give the same figures."""
    for number in range(3):
        enrol_account(workspace, actor, now, task_step("call", -90), due_in=100 + number, key=f"A-{number}")
    sweep_days(now, 14, KeptChannel())
    end = now + timedelta(days=14)
    shown = ("renewal_id", "priority", "group", "next_title", "next_due_on", "loss_probability", "urgency", "parts")
    with in_workspace(workspace.id, by=actor, now=end):
        maintained = list(QueueEntry.objects.order_by("renewal_id").values_list(*shown))
        assert rebuild_queue(workspace_id=workspace.id, now=end) == 3
        assert list(QueueEntry.objects.order_by("renewal_id").values_list(*shown)) == maintained
    assert len(maintained) == 3
