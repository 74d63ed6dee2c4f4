"""What a CSM knows of the budget cycle moves a step: a wait ends when the noted date comes near."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.pump import Pump, pump
from playbooks.models import StepRun
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from signals.actions.people import NewFact, note_fact
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, task_step
from tests.signals.editing.people import make_person

NEAR_BUDGET = {"field": "account.days_to_budget", "op": "le", "value": 20}
BY_ITSELF = {"operator": "system", "automation": "automatic", "instructions": "", "outcomes": []}


@pytest.mark.requirement(42)
@pytest.mark.parametrize(("budget_in", "waits_until"), [(28, 8), (31, 11), (None, 99)])
def test_wait_ends_when_the_noted_budget_date_comes_near(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    budget_in: int | None,
    waits_until: int,
) -> None:
    world, _ = enrol(
        task_step("pause", -95, kind="wait", wait={"until": NEAR_BUDGET, "max_days": 30}, **BY_ITSELF),
        task_step("after", -94),
    )
    if budget_in is not None:
        with in_workspace(workspace.id, by=actor):
            fact = NewFact(
                account_id=world.account.id,
                kind="relationship.budget",
                value=None,
                text="The board decides then.",
                observed_on=now.date(),
                expires_at=now + timedelta(days=90),
                budget_on=now.date() + timedelta(days=budget_in),
            )
            note_fact(workspace_id=workspace.id, fact=fact, by=make_person(workspace, "Ana", role="csm"), now=now)
    states = []
    for days in (7, 8, 10, 11):
        pump(Pump(clock=now + timedelta(days=days), channel=channel))
        with in_workspace(workspace.id, by=actor):
            states.append(StepRun.objects.get(step_key="pause").state)
    assert states == ["done" if days >= waits_until else "scheduled" for days in (7, 8, 10, 11)]
