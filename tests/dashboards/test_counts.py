"""Counts that stop: how many and how much in no order, the first of them in theirs."""

from datetime import datetime

import pytest

from dashboards.queries import counts
from dashboards.queries.counts import Counted, parts_read, parts_statement
from playbooks.actions.queue import refresh_queue
from playbooks.models import QueueEntry
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    made = make_world(workspace, now=clock, accounts=3)
    with in_workspace(workspace.id, by=made.actor):
        refresh_queue(workspace_id=workspace.id, now=clock)
    return made


def counted(world: World) -> dict[str, Counted]:
    with in_workspace(world.workspace.id, by=world.actor):
        rows = QueueEntry.objects.order_by("-priority", "id")
        parts = {"all": rows, "none": rows.filter(account_name="Nobody")}
        return parts_read(parts_statement(parts, amount="reporting_amount", first={"all": 2, "none": 2}))


def test_part_is_counted_and_added_up_and_its_first_are_first_in_line(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        lines = list(QueueEntry.objects.order_by("-priority", "id"))
    assert len({line.priority for line in lines}) == len(lines) == 3
    everything = Counted(
        number=3,
        amount=sum(line.reporting_amount for line in lines),
        is_capped=False,
        first_ids=tuple(line.id for line in lines[:2]),
    )
    assert counted(world) == {"all": everything}


def test_count_that_stops_says_so_and_still_knows_who_is_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = counted(world)["all"].first_ids
    monkeypatch.setattr(counts, "MOST", 1)
    found = counted(world)["all"]
    assert (found.words, found.amount, found.first_ids) == ("1+", None, first)
