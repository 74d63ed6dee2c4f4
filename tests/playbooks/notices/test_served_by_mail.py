"""Our reminder served by a playbook's e-mail: never outside its window, sent once, proven by its delivery (I22)."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.channels.events import keep_events, settle_events
from playbooks.actions.messages import settle_doubt
from playbooks.actions.pump import Pump, pump
from playbooks.channels.base import Receipt, SendResult
from playbooks.core.channels.events import DeliveryKind, DeliveryNote
from playbooks.models import Decision, Message, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Notice, NoticeProof, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, broken_in, email_step

LATE = {"policy": "task", "max_days": 5}
SERVES = {"message_class": "contractual_notice", "template": "notice", "late": LATE}


def plant(world: World, now: datetime, *, opens: int, closes: int, channels: tuple[str, ...] = ("email",)) -> Notice:
    """A reminder we owe, its window so many days from now."""
    opens_on, closes_on = ((now + timedelta(days=days)).date() for days in (opens, closes))
    opens_and_planned = {"opens_on": opens_on, "planned_on": opens_on}
    days = opens_and_planned | {"safe_latest_on": closes_on, "closes_on": closes_on, "anchor_on": closes_on}
    return Notice.objects.create(
        workspace=world.workspace,
        renewal=world.renewal,
        account=world.account,
        kind="reminder",
        side="ours",
        rule_key="contract",
        rule={"counts": "sent"},
        source="Section 12",
        zone="UTC",
        zone_source="workspace",
        channels=list(channels),
        owner=world.owner,
        state="planned" if opens > 0 else "due",
        created_at=now,
        updated_at=now,
        **days,
    )


def day(now: datetime, days: int, channel: KeptChannel) -> datetime:
    """Pump twice on a day from now; returns the instant."""
    clock = now + timedelta(days=days)
    pump(Pump(clock=clock, channel=channel))
    pump(Pump(clock=clock, channel=channel))
    return clock


@pytest.mark.requirement(91)
def test_notice_waits_for_its_window_is_sent_once_and_proven_by_delivery(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(email_step("serve", -90, **SERVES))
    with in_workspace(workspace.id, by=actor):
        duty = plant(world, now, opens=14, closes=30)
    day(now, 11, channel)
    assert channel.calls == []
    with in_workspace(workspace.id, by=actor):
        codes = [item["code"] for item in Decision.objects.filter(step_key="serve").latest("id").reasons]
        assert codes == ["notice_window_ahead"]
    sent_at = day(now, 15, channel)
    assert len(channel.calls) == 1
    with in_workspace(workspace.id, by=actor, now=sent_at):
        duty.refresh_from_db()
        assert (duty.state, duty.sent_channel, duty.sent_on) == ("sent", "email", sent_at.date())
        message = Message.objects.get()
        note = DeliveryNote(
            key="ev-1",
            kind=DeliveryKind.DELIVERED,
            occurred_at=sent_at,
            recipient=message.to_address,
            provider_ref="",
            own_id=message.message_id,
            detail="",
        )
        assert [keep_events(source="resend", notes=[note], by=actor, now=sent_at) for _ in range(2)] == [1, 0]
    later = sent_at + timedelta(minutes=5)
    settle_events(by=actor, now=later, clock=later)
    settle_events(by=actor, now=later, clock=later)
    with in_workspace(workspace.id, by=actor, now=later):
        duty.refresh_from_db()
        proof = NoticeProof.objects.get()
        assert (duty.state, proof.is_admissible, proof.reference) == ("proven", True, message.message_id)
        assert Task.objects.filter(origin_key__startswith="notice:", state="open").count() == 0
    assert broken_in(workspace) == ()


@pytest.mark.requirement(91)
def test_notice_whose_window_is_over_becomes_a_task_and_serves_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(email_step("serve", -90, **SERVES))
    with in_workspace(workspace.id, by=actor):
        duty = plant(world, now, opens=-20, closes=5)
    day(now, 11, channel)
    assert channel.calls == []
    with in_workspace(workspace.id, by=actor):
        duty.refresh_from_db()
        assert (duty.state, duty.sent_on) == ("due", None)
        assert "notice_window_over" in [item["code"] for item in Task.objects.get(kind="email").why]


def test_duty_that_email_cannot_serve_is_left_to_people(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    world, _ = enrol(email_step("serve", -90, **SERVES))
    with in_workspace(workspace.id, by=actor):
        duty = plant(world, now, opens=14, closes=30, channels=("registered_letter",))
    day(now, 11, channel)
    with in_workspace(workspace.id, by=actor):
        duty.refresh_from_db()
        assert (len(channel.calls), duty.state) == (1, "planned")


@pytest.mark.requirement(91)
@pytest.mark.parametrize(("counts", "state"), [("sent", "proven"), ("received", "sent")])
def test_notice_in_doubt_confirmed_by_hand_is_served_on_the_day_of_its_attempt_and_proven(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, counts: str, state: str
) -> None:
    world, _ = enrol(email_step("serve", -90, **SERVES))
    channel.answers = [SendResult(receipt=Receipt.REFUSED, is_about_message=True)]
    with in_workspace(workspace.id, by=actor):
        duty = plant(world, now, opens=14, closes=16)
        Notice.objects.update(rule={"counts": counts})
    tried_at = day(now, 15, channel)
    with in_workspace(workspace.id, by=actor, now=tried_at):
        duty.refresh_from_db()
        assert duty.state == "planned"
        Message.objects.update(state="in_doubt", sending_at=tried_at)
    later = tried_at + timedelta(days=3)
    with in_workspace(workspace.id, by=actor, now=later):
        for _ in range(2):
            settle_doubt(message_id=Message.objects.get().id, has_arrived=True, by=actor, now=later)
        duty.refresh_from_db()
        proof = NoticeProof.objects.get()
        assert (duty.state, duty.sent_on, proof.is_admissible) == (state, tried_at.date(), state == "proven")
        assert proof.served_on == (tried_at if counts == "sent" else later).date()
        told = Decision.objects.get(verdict="arrived").reasons
        assert [item["code"] for item in told] == ["arrived_after_all", "notice_served", "notice_confirmed"]
