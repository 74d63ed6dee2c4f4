"""Usage, milestones and changes of sponsor feed what is sent by itself and what people are asked to do."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.pump import Pump, pump
from playbooks.models import Message, StepRun, Task
from renewals.actions.milestones import record_milestones
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.records import MilestoneRow
from renewals.models import ContactRole, Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step, task_step

FALLS = {"field": "usage.velocity", "op": "lt", "value": 0}
RISES = {"field": "usage.velocity", "op": "gt", "value": 0}
REACHED = {"field": "value.milestones_reached", "op": "ge", "value": 1}
LEFT = {"field": "contact.sponsor_stability", "op": "lt", "value": 0.5}
STEPS = (
    email_step("use_falls", -90, at="09:00", condition=FALLS),
    email_step("use_rises", -90, at="09:10", condition=RISES),
    email_step("well_done", -90, at="09:20", condition=REACHED),
    task_step("ask_about_use", -90, at="09:30", condition=FALLS),
    task_step("praise_use", -90, at="09:40", condition=RISES),
    task_step("celebrate", -90, at="09:50", condition=REACHED),
    task_step("find_a_sponsor", -90, at="10:00", condition=LEFT),
)


def use(workspace: Workspace, by: Actor, now: datetime, *, weekly: float) -> None:
    """Have twelve weeks of use that grow by so much a week, of 20 seats."""
    ensure_source(workspace_id=workspace.id, key="product", kind="api", by=by, now=now)
    items = [
        {
            "account": "A-1",
            "kind": kind,
            "occurred_at": (now - timedelta(days=7 * week, hours=1)).isoformat(),
            "external_id": f"{kind}{week}",
            "value": value,
        }
        for week in range(12)
        for kind, value in (("usage.active_users", 10 - weekly * week), ("usage.seats", 20))
    ]
    assert record_signals(workspace_id=workspace.id, source_key="product", items=items, by=by, now=now).refused == 0


def reach(by: Actor, now: datetime) -> None:
    row = MilestoneRow(
        external_id="m",
        account_external_id="A-1",
        name="First report",
        achieved_on=(now - timedelta(days=9)).date(),
        evidence="seen",
    )
    record_milestones(rows=[row], by=by, now=now)


def change_sponsor(now: datetime) -> None:
    sponsors = ContactRole.objects.filter(role="executive_sponsor")
    assert sponsors.update(until_on=(now - timedelta(days=3)).date()) == 1


@pytest.mark.requirement(76)
@pytest.mark.parametrize(
    ("weekly", "happens", "sent", "asked"),
    [
        (-0.8, (), {"use_falls"}, {"ask_about_use"}),
        (0.8, (), {"use_rises"}, {"praise_use"}),
        (0.8, ("milestone",), {"use_rises", "well_done"}, {"praise_use", "celebrate"}),
        (-0.8, ("sponsor",), {"use_falls"}, {"ask_about_use", "find_a_sponsor"}),
    ],
)
def test_use_milestones_and_sponsor_changes_feed_what_is_sent_and_what_people_are_asked(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    weekly: float,
    happens: tuple[str, ...],
    sent: set[str],
    asked: set[str],
) -> None:
    enrol(*STEPS)
    with in_workspace(workspace.id, by=actor, now=now):
        use(workspace, actor, now, weekly=weekly)
        if "milestone" in happens:
            reach(actor, now)
        if "sponsor" in happens:
            change_sponsor(now)
        refresh_scores(workspace_id=workspace.id, by=actor, now=now)
    for hours in range(12):
        pump(Pump(clock=now + timedelta(days=11, hours=hours), channel=channel))
    with in_workspace(workspace.id, by=actor):
        done = set(StepRun.objects.filter(state="done").values_list("step_key", flat=True))
        assert done == sent | asked
        assert set(Message.objects.values_list("step_run__step_key", flat=True)) == sent
        assert set(Task.objects.values_list("step_run__step_key", flat=True)) == asked
