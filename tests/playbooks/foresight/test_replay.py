"""Replay: the same configuration gives recorded history again, a changed one its difference, and nothing leaves."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.db.models import Min

from playbooks.actions.enrol import enrol_due
from playbooks.actions.foresight.replay import Replay, read_only, replay_enrolments
from playbooks.actions.pump import Pump, pump
from playbooks.core.validation import read_definition
from playbooks.models import Decision, Message, StepRun, Task
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.replay import changed_version
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Account, Renewal, Workspace
from tests.playbooks.factories import make_world
from tests.playbooks.stories import KeptChannel, email_step, publish_simple, simple_playbook, task_step

STEPS: tuple[dict[str, Any], ...] = (
    email_step("hello", -90),
    email_step("again", -89, late={"policy": "send_late", "max_days": 9}),
    task_step("rich", -80, condition={"field": "renewal.amount", "op": "ge", "value": 1000}),
    task_step("near", -70, condition={"field": "renewal.days_to_due", "op": "lt", "value": 60}),
    task_step("guess", -65, condition={"field": "usage.adoption", "op": "lt", "value": 0.5}),
    task_step("follow", 0, anchor={"from": "after_previous", "days": 5, "roll": "next_business_day"}),
    task_step("call", -20),
)
CAPS = {"max_touches": 1, "per_days": 3, "min_gap_days": 2, "send_from": "08:00", "send_until": "18:00"}
GUARDRAILS = CAPS | {"stop_on_reply": True, "rules": ["Be brief."]}


def live(workspace: Workspace, by: Actor, now: datetime) -> datetime:
    """Let two accounts go through the playbook on a moved clock; returns the end."""
    with in_workspace(workspace.id, by=by, now=now):
        publish_simple(by, now, *STEPS, key="strategic", guardrails=GUARDRAILS)
        for number, zone in enumerate(("Europe/Berlin", "America/New_York")):
            world = make_world(workspace, key=f"A-{number}", due_on=(now + timedelta(days=95 + number)).date())
            Account.objects.filter(id=world.account.id).update(timezone=zone)
        enrol_due(by=by, now=now)
    until, channel = now + timedelta(days=120), KeptChannel()
    while True:
        with in_workspace(workspace.id, by=by):
            due_at = StepRun.objects.filter(state="scheduled").aggregate(at=Min("due_at"))["at"]
        if due_at is None or due_at > until:
            return until
        pump(Pump(clock=max(due_at, now), channel=channel))


def replay(
    workspace: Workspace, by: Actor, now: datetime, until: datetime, version: PublishedVersion | None = None
) -> Replay:
    with in_workspace(workspace.id, by=by, now=until):
        return replay_enrolments("strategic", version, first=now, last=until, now=until)


def counts(workspace: Workspace, by: Actor) -> tuple[int, ...]:
    with in_workspace(workspace.id, by=by):
        return tuple(model.objects.count() for model in (Message, Task, StepRun, Decision))


@pytest.mark.requirement(19)
def test_unchanged_configuration_gives_recorded_history_again(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Every step, effect and instant, though the facts of today are others; and nothing was written."""
    until = live(workspace, actor, now)
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(target_amount=1)
        Account.objects.update(is_human_only=True)
    before = counts(workspace, actor)
    found = replay(workspace, actor, now, until)
    assert (found.enrolments, len(found.recorded)) == (2, 14)
    assert found.differences == ()
    assert found.replayed == tuple(sorted(found.replayed, key=lambda item: (item.at, item.enrolment_id)))
    assert {item.effect for item in found.recorded} == {"message", "task", "skip"}
    assert found.work_replayed == found.work_recorded != {}
    assert counts(workspace, actor) == before


def test_changed_definition_tells_who_when_and_how_much_work(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """A call five days earlier, steps left out: exactly these differ, and the work is less."""
    until = live(workspace, actor, now)
    steps = [step for step in STEPS if step["key"] in ("hello", "again", "rich", "call")]
    steps = [step | {"anchor": step["anchor"] | {"days": -85}} if step["key"] == "rich" else step for step in steps]
    table = simple_playbook(*steps, key="strategic", guardrails=GUARDRAILS)
    assert read_definition(table).playbook is not None
    with in_workspace(workspace.id, by=actor):
        version = changed_version("strategic", table)
    found = replay(workspace, actor, now, until, version)
    changed = {(item.account, item.step_key) for item in found.differences}
    assert changed == {(f"A-{n}", key) for n in (0, 1) for key in ("rich", "near", "guess", "follow")}
    assert sum(found.work_replayed.values()) < sum(found.work_recorded.values())


def test_replay_cannot_write_anything(workspace: Workspace, actor: Actor) -> None:
    """PostgreSQL itself refuses: no message could be queued, so no channel could ever be reached."""
    with in_workspace(workspace.id, by=actor), pytest.raises(DatabaseError, match="read-only"), read_only():
        Message.objects.update(state="sent")


def test_command_tells_differences_and_refuses_nonsense(workspace: Workspace, actor: Actor, now: datetime) -> None:
    until = live(workspace, actor, now)
    span = ("--from", now.date().isoformat(), "--to", until.date().isoformat(), "--workspace", workspace.slug)
    out = StringIO()
    call_command("replay_playbook", "strategic", *span, "--json", stdout=out)
    assert json.loads(out.getvalue())["differences"] == []
    for wrong in (("--version-number", "9"), ("--file", "/nowhere.toml"), ("--from", "yesterday")):
        with pytest.raises(CommandError):
            call_command("replay_playbook", "strategic", *span, *wrong)
