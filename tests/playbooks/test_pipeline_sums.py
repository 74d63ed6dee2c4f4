"""The sums of the pipeline are those of the open renewals, made at most twice a minute, each workspace its own."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum

from playbooks.actions.pipeline import sum_pipeline
from playbooks.actions.sweeps import sweep_queue
from playbooks.models import AtRiskSum, PipelineMark, PipelineSum, QueueEntry
from renewals.actions.scope import in_workspace
from renewals.core.metrics import arr_at_risk
from renewals.core.money import Money
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world


@pytest.fixture
def clock(db: None) -> datetime:
    return database_now()


@pytest.fixture
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=6)


def test_sums_are_exactly_those_of_the_open_renewals(world: World, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        closed = Renewal.objects.order_by("id").first()
        Renewal.objects.filter(id=closed.id).update(stage="closed", closed_on=clock.date(), final_amount=0)
        sum_pipeline(workspace_id=world.workspace.id, now=clock)
        kept = PipelineSum.objects.aggregate(n=Sum("number"), amount=Sum("amount"), at_risk=Sum("at_risk"))
        rows = list(QueueEntry.objects.exclude(renewal_id=closed.id))
        near_on = clock.date() + timedelta(days=90)
        near = PipelineSum.objects.filter(is_near=True).aggregate(n=Sum("number"))["n"]
        apart = AtRiskSum.objects.aggregate(n=Sum("number"), amount=Sum("amount"), at_risk=Sum("at_risk"))
    at_risk = sum(
        arr_at_risk(Money(row.reporting_amount, "USD"), loss_probability=row.loss_probability).amount for row in rows
    )
    assert (kept["n"], kept["amount"], kept["at_risk"]) == (5, sum(row.reporting_amount for row in rows), at_risk)
    assert apart == kept
    assert near == sum(row.due_on <= near_on for row in rows)


def test_sums_rest_for_some_seconds_and_are_made_anew_whole(world: World, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        made = sum_pipeline(workspace_id=world.workspace.id, now=clock)
        assert made > 0
        assert sum_pipeline(workspace_id=world.workspace.id, now=clock + timedelta(seconds=24)) == 0
        Renewal.objects.update(forecast_category="commit")
        assert sum_pipeline(workspace_id=world.workspace.id, now=clock + timedelta(seconds=25)) == made
        assert set(PipelineSum.objects.values_list("category", flat=True)) == {"commit"}
        assert PipelineMark.objects.get().summed_at == clock + timedelta(seconds=25)


def test_clock_that_was_moved_back_makes_them_anew(world: World, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        sum_pipeline(workspace_id=world.workspace.id, now=clock)
        assert sum_pipeline(workspace_id=world.workspace.id, now=clock - timedelta(days=1)) > 0


def test_sweep_makes_the_sums_of_every_workspace_and_none_sees_the_other(
    world: World, other_workspace: Workspace, clock: datetime
) -> None:
    make_world(other_workspace, now=clock, accounts=1)
    sweep_queue(now=clock)
    found = []
    for place in (world.workspace, other_workspace):
        with in_workspace(place.id, by=world.actor):
            found.append(PipelineSum.objects.aggregate(n=Sum("number"))["n"])
    assert found == [6, 1]
