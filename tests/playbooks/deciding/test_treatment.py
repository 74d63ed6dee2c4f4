"""How people set the treatment of an account, and what the engine then does and does not do."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.account_rules import (
    PauseWish,
    drop_touch_budget,
    end_human_only,
    end_pause,
    pause_account,
    set_human_only,
    set_touch_budget,
)
from playbooks.actions.claim import claim_steps
from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.publish import publish_playbook
from playbooks.actions.pump import Pump, pump
from playbooks.actions.reactions import apply_waiting_reactions, record_reaction
from playbooks.channels.base import Receipt, SendResult
from playbooks.core.account_facts import TouchLimits
from playbooks.models import AccountPause, AccountTouch, Decision, HumanOnly, Message, Playbook, Reaction, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import HELLO, KeptChannel, email_step, simple_playbook, task_step

pytestmark = pytest.mark.usefixtures("inside")
DRIFTS = {"from": "after_previous", "days": 10, "roll": "next_business_day"}


def execute(world: World, by: Actor, now: datetime) -> None:
    """Execute what is due, without sending."""
    limits = EngineLimits()
    with in_workspace(world.workspace.id, by=by, now=now):
        execute_steps(claim_steps(workspace_id=world.workspace.id, worker="w", limits=limits), limits=limits)


def wish(now: datetime, first: int, last: int) -> PauseWish:
    """A pause from and until so many days from now."""
    day = now.date()
    return PauseWish(
        from_on=day + timedelta(days=first),
        until_on=day + timedelta(days=last),
        asked_by="Ada Vogel",
        reason="Budget freeze",
    )


@pytest.mark.requirement(87)
def test_pause_keeps_the_rest_of_a_drifting_delay(enrol: Enrol, actor: Actor, now: datetime) -> None:
    """Ten days of delay, four behind when a pause of seven days begins: due seven days later, on a working day."""
    world, _ = enrol(email_step("hello", 0, anchor=DRIFTS), due_in=170)
    before = StepRun.objects.get().due_local_on
    pause_account(account_id=world.account.id, wish=wish(now, 4, 10), by=actor, now=now)
    assert (StepRun.objects.get().due_local_on - before).days == 7
    told = Decision.objects.get(kind="replan").reasons[-1]
    assert told["code"] == "due_moved"


@pytest.mark.requirement(87)
def test_paused_account_gets_no_message_while_tasks_and_notices_happen(
    enrol: Enrol, actor: Actor, now: datetime
) -> None:
    notice = email_step("notice", -100, template="notice", message_class="contractual_notice")
    notice["late"] = {"policy": "task"}
    world, _ = enrol(task_step("call", -100, at="08:00"), notice, email_step("hello", -99), due_in=100)
    pause_account(account_id=world.account.id, wish=wish(now, 0, 5), by=actor, now=now)
    channel = KeptChannel()
    for day in range(5):
        pump(Pump(clock=now + timedelta(days=day), channel=channel))
    assert (len(channel.calls), Task.objects.filter(title="Call").count()) == (1, 1)
    assert Message.objects.get().message_class == "contractual_notice"
    for day in range(6, 9):
        pump(Pump(clock=now + timedelta(days=day), channel=channel))
    assert [item.message_class for item in channel.calls] == ["contractual_notice", "relationship"]


def test_what_was_asked_for_in_a_pause_acts_when_it_ends(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", 0, anchor=DRIFTS), due_in=170)
    pause = pause_account(account_id=world.account.id, wish=wish(now, 0, 20), by=actor, now=now)
    done = record_reaction(
        by=actor,
        now=now,
        account_id=world.account.id,
        contact_id=None,
        kind="buying_signal",
        occurred_at=now,
        evidence={"signal": 5},
    )
    assert (done.applied.is_waiting, Reaction.objects.get().applied_at) == (True, None)
    assert apply_waiting_reactions(by=actor, now=now) == 0
    end_pause(pause_id=pause.id, by=actor, now=now + timedelta(days=1))
    end_pause(pause_id=pause.id, by=actor, now=now + timedelta(days=2))
    assert Reaction.objects.get().applied_at == now + timedelta(days=1)
    assert Task.objects.filter(title__startswith="Talk to them").count() == 1
    assert AccountPause.objects.get().ended_at == now + timedelta(days=1)


def test_same_wish_twice_is_one_pause_and_a_wish_that_is_over_is_refused(
    enrol: Enrol, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(email_step("hello", -60), due_in=170)
    for _ in range(2):
        pause_account(account_id=world.account.id, wish=wish(now, 0, 5), by=actor, now=now)
    assert AccountPause.objects.count() == 1
    with pytest.raises(InvalidInput):
        pause_account(account_id=world.account.id, wish=wish(now, -5, -1), by=actor, now=now)
    with pytest.raises(InvalidInput):
        pause_account(account_id=world.account.id, wish=wish(now, 0, 400), by=actor, now=now)


def test_people_only_makes_tasks_until_its_day_is_over(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", -100), email_step("again", -95), due_in=100)
    until_on = now.date() + timedelta(days=2)
    set_human_only(account_id=world.account.id, reason="Escalation", until_on=until_on, by=actor, now=now)
    channel = KeptChannel()
    pump(Pump(clock=now, channel=channel))
    assert (len(channel.calls), Task.objects.count()) == (0, 1)
    assert Decision.objects.get(kind="step").reasons[0]["because"] == "Escalation"
    pump(Pump(clock=now + timedelta(days=7), channel=channel))
    assert len(channel.calls) == 1


def test_people_only_is_switched_off_once(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", -60), due_in=170)
    with pytest.raises(RequiredValueMissing):
        set_human_only(account_id=world.account.id, reason=" ", by=actor, now=now)
    set_human_only(account_id=world.account.id, reason="Escalation", by=actor, now=now)
    assert [end_human_only(account_id=world.account.id, by=actor, now=now) for _ in range(2)] == [True, False]
    assert HumanOnly.objects.get().ended_at == now


@pytest.mark.requirement(73)
def test_lower_priority_waits_and_the_log_names_the_winner(enrol: Enrol, actor: Actor, now: datetime) -> None:
    """Two playbooks want one account in the same hour: one message a day, the more important playbook's first."""
    world, _ = enrol(email_step("hello", -100), due_in=100)
    second = simple_playbook(email_step("hello", -100), key="second", name="Second")
    publish_playbook(definition=second, templates=[HELLO], by=actor, now=now)
    Playbook.objects.filter(key="second").update(priority=10)
    limits = TouchLimits(max_touches=5, per_days=7, min_gap_days=1)
    set_touch_budget(limits=limits, by=actor, now=now)
    with in_workspace(world.workspace.id, by=actor, now=now):
        enrol_renewal(renewal_id=world.renewal.id, playbook_key="second", by=actor, now=now)
    channel = KeptChannel()
    pump(Pump(clock=now, channel=channel))
    touch = AccountTouch.objects.get()
    assert (len(channel.calls), touch.playbook.key, touch.slot) == (1, "second", 1)
    waited = Decision.objects.filter(verdict="hold").first()
    assert waited is not None
    assert (waited.reasons[0]["code"], waited.reasons[0]["playbook"]) == ("yields_to_playbook", "Second")
    pump(Pump(clock=now + timedelta(days=1, hours=1), channel=channel))
    assert len(channel.calls) == 2


def test_tighter_budget_of_an_account_counts_and_is_given_back(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", -100), email_step("again", -99), due_in=100)
    own = TouchLimits(max_touches=1, per_days=5, min_gap_days=0)
    with pytest.raises(RequiredValueMissing):
        set_touch_budget(limits=own, account_id=world.account.id, by=actor, now=now)
    set_touch_budget(limits=own, account_id=world.account.id, reason="They asked", by=actor, now=now)
    channel = KeptChannel()
    for day in (0, 1, 2):
        pump(Pump(clock=now + timedelta(days=day), channel=channel))
    assert len(channel.calls) == 1
    assert [drop_touch_budget(account_id=world.account.id, by=actor, now=now) for _ in range(2)] == [True, False]
    pump(Pump(clock=now + timedelta(days=7), channel=channel))
    assert len(channel.calls) == 2


def test_notice_leaves_over_the_budget_and_is_counted(enrol: Enrol, actor: Actor, now: datetime) -> None:
    notice = email_step("notice", -99, template="notice", message_class="contractual_notice")
    notice["late"] = {"policy": "task"}
    world, _ = enrol(email_step("hello", -100), notice, email_step("again", -98), due_in=100)
    limits = TouchLimits(max_touches=1, per_days=3, min_gap_days=0)
    set_touch_budget(limits=limits, account_id=world.account.id, reason="They asked", by=actor, now=now)
    channel = KeptChannel()
    for hour in range(0, 24 * 5, 12):
        pump(Pump(clock=now + timedelta(hours=hour), channel=channel))
    touches = AccountTouch.objects.order_by("occurred_at").values_list("is_exempt", "occurred_at")
    assert [item[0] for item in touches] == [False, True, False]
    assert touches[2][1] - touches[1][1] >= timedelta(days=3)


def test_refused_message_gives_its_place_back(enrol: Enrol, actor: Actor, now: datetime) -> None:
    enrol(email_step("hello", -100), due_in=100)
    refused = KeptChannel(answers=[SendResult(receipt=Receipt.REFUSED, reason="no such user")])
    pump(Pump(clock=now, channel=refused))
    assert (Message.objects.get().state, AccountTouch.objects.get().released_at) == ("failed", now)
