"""The goal that the close of a renewal meets is kept, whoever ends the playbook."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F

from playbooks.actions.stop import stop_closed
from playbooks.models import Enrolment
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Outcome, Renewal, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.kinds.test_kinds_run import run
from tests.playbooks.stories import KeptChannel, task_step


@pytest.mark.parametrize("way", ["sweep", "engine"])
def test_goal_that_closing_the_renewal_meets_is_kept_before_the_playbook_ends(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, way: str
) -> None:
    kept = {"field": "renewal.outcome", "op": "in", "value": ["flat", "expanded"]}
    world, _ = enrol(task_step("first", -95), goal={"when": kept, "within_days": 0, "effect": "record"})
    clock = now + timedelta(days=7)
    with in_workspace(workspace.id, by=actor, now=clock):
        Outcome.objects.create(
            workspace=workspace,
            renewal=world.renewal,
            kind="flat",
            primary_reason="value_proven",
            decided_on=clock.date(),
            recorded_at=clock,
            recorded_by="story",
        )
        Renewal.objects.update(closed_on=clock.date(), stage="closed", final_amount=F("target_amount"))
        if way == "sweep":
            stop_closed(by=actor, now=clock)
    run(clock, channel)
    with in_workspace(workspace.id, by=actor):
        enrolment = Enrolment.objects.get()
        assert (enrolment.state, enrolment.ended_reason) == ("exited", "renewal_closed")
        assert (enrolment.goal_version, enrolment.goal_met_at) == ("simple v1", clock)
