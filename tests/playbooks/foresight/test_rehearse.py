"""A dry run is the engine's own run in memory: it meets caps and supposed replies, and equals what then happens."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.foresight.rehearse import rehearse
from playbooks.actions.pump import Pump, pump
from playbooks.models import Enrolment, Message, TouchBudget
from playbooks.queries.definitions import parse_published
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.playbooks.factories import World, make_world
from tests.playbooks.stories import (
    HELLO,
    KeptChannel,
    email_step,
    publish_simple,
    simple_playbook,
    task_step,
)

STEPS = (email_step("first", -90), email_step("second", -89), task_step("call", -80))


@pytest.fixture
def world(workspace: Workspace, actor: Actor, now: datetime) -> World:
    """An account that is written to every five days at most."""
    with in_workspace(workspace.id, by=actor, now=now):
        TouchBudget.objects.create(
            workspace=workspace, account=None, max_touches=50, per_days=1, min_gap_days=5, set_by="t", set_at=now
        )
        return make_world(workspace, due_on=(now + timedelta(days=100)).date())


def run(world: World, actor: Actor, now: datetime, reply_at: datetime | None = None) -> dict[str, tuple[str, datetime]]:
    """What a dry run says of each step: effect and instant."""
    version = parse_published({"playbook": simple_playbook(*STEPS), "templates": [HELLO]}, 0)
    with in_workspace(world.workspace.id, by=actor, now=now):
        found = rehearse(renewal_id=world.renewal.id, version=version, starts_at=now, now=now, reply_at=reply_at)
        assert Enrolment.objects.count() == Message.objects.count() == 0
    waited = {each.step_key for each in found if any(why.code == "account_gap" for why in each.held)}
    assert waited == (set() if reply_at else {"second"})
    return {each.step_key: (each.effect.value, each.at) for each in found}


@pytest.mark.requirement(87)
def test_dry_run_meets_the_cap_and_the_engine_then_does_the_same(
    world: World, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    told = run(world, actor, now)
    assert [told[key][0] for key in ("first", "second", "call")] == ["message", "message", "task"]
    assert told["second"][1] - told["first"][1] >= timedelta(days=5)
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, *STEPS)
        enrol_renewal(renewal_id=world.renewal.id, playbook_key="simple", by=actor, now=now)
    for key in ("first", "second"):
        for _ in range(2):
            pump(Pump(clock=told[key][1] - timedelta(minutes=30), channel=channel))
            pump(Pump(clock=told[key][1], channel=channel))
    with in_workspace(workspace.id, by=actor):
        sent = dict(Message.objects.values_list("step_run__step_key", "sent_at"))
    assert sent == {key: told[key][1] for key in ("first", "second")}


@pytest.mark.requirement(87)
def test_supposed_reply_hushes_what_comes_after_it(world: World, actor: Actor, now: datetime) -> None:
    told = run(world, actor, now)
    supposed = run(world, actor, now, reply_at=told["first"][1] + timedelta(hours=3))
    assert supposed["first"] == told["first"]
    assert supposed.get("second", ("none", now))[0] != "message"
