"""Let accounts go through playbooks on a moved clock, so that there is history to replay."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from playbooks.actions.enrol import enrol_due
from playbooks.actions.foresight.replay import Replayed, Rules, Span, replay_accounts
from playbooks.actions.pump import Pump, pump
from playbooks.models import StepRun
from playbooks.queries.assignees import assignees
from playbooks.queries.replay.configuration import Configuration, configuration_of_the_time
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Account, Workspace
from tests.playbooks.factories import World, make_world
from tests.playbooks.stories import KeptChannel, email_step, publish_simple, task_step

STEPS: tuple[dict[str, Any], ...] = (
    email_step("hello", -90),
    email_step("again", -89, late={"policy": "send_late", "max_days": 9}),
    task_step("rich", -71, condition={"field": "renewal.amount", "op": "ge", "value": 1000}),
    task_step("near", -70, condition={"field": "renewal.days_to_due", "op": "lt", "value": 60}),
    task_step(
        "guess",
        -65,
        condition={"field": "usage.adoption", "op": "lt", "value": 0.5},
        late={"policy": "skip"},
    ),
    task_step("follow", 0, anchor={"from": "after_previous", "days": 1, "roll": "next_business_day"}),
    task_step("call", -20),
)
CAPS = {"max_touches": 1, "per_days": 3, "min_gap_days": 2, "send_from": "08:00", "send_until": "18:00"}
GUARDRAILS = CAPS | {"stop_on_reply": True, "rules": ["Be brief."]}
ZONES = ("Europe/Berlin", "America/New_York")


def live(workspace: Workspace, by: Actor, now: datetime, *, days: int = 120, late: timedelta = timedelta()) -> datetime:
    """Let two accounts go through the playbook on a moved clock; returns the end."""
    with in_workspace(workspace.id, by=by, now=now):
        publish_simple(by, now, *STEPS, key="strategic", guardrails=GUARDRAILS)
        for number, zone in enumerate(ZONES):
            settle(workspace, now, number=number, due_in=95 + number, zone=zone)
        enrol_due(by=by, now=now)
    run_on(workspace, by, now, until=now + timedelta(days=days), late=late)
    return now + timedelta(days=days)


def settle(workspace: Workspace, now: datetime, *, number: int, due_in: int, zone: str) -> World:
    """An account whose renewal is due in so many days, in a time zone."""
    world = make_world(workspace, key=f"A-{number}", due_on=(now + timedelta(days=due_in)).date())
    Account.objects.filter(id=world.account.id).update(timezone=zone)
    return world


def run_on(workspace: Workspace, by: Actor, now: datetime, *, until: datetime, late: timedelta = timedelta()) -> None:
    """Do whatever is due, at the instant it is due or somewhat late."""
    channel = KeptChannel()
    while True:
        with in_workspace(workspace.id, by=by):
            due_at = StepRun.objects.filter(state="scheduled").aggregate(at=Min("due_at"))["at"]
        if due_at is None or due_at > until:
            return
        pump(Pump(clock=max(due_at + late, now), channel=channel))


def replayed(
    workspace: Workspace, by: Actor, now: datetime, until: datetime, changed: Configuration | None = None
) -> tuple[Replayed, ...]:
    """Replay every account of the workspace."""
    with in_workspace(workspace.id, by=by, now=until):
        rules = Rules(unchanged=configuration_of_the_time(), changed=changed, people=assignees())
        ids = sorted(Account.objects.values_list("id", flat=True))
        return replay_accounts(ids, rules, Span(first=now, last=until), now=until)
