"""What a tick costs: as many statements for fifty steps as for five, and no step read that is not due."""

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions.claim import CLAIM, claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.models import Message
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import email_step, task_step

LIMITS = EngineLimits()


def statements_of(workspace: Workspace, actor: Actor, at: datetime, *, steps: int) -> list[str]:
    """What one tick asks that ends so many steps, each of which writes a message."""
    with CaptureQueriesContext(connection) as asked, in_workspace(workspace.id, by=actor, now=at):
        claimed = claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS)
        assert execute_steps(claimed, limits=LIMITS).ended == steps
    return [query["sql"].split('"s')[0].split("(")[0][:40] for query in asked]


def test_fifty_steps_ask_the_same_statements_as_five(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """A chunk is loaded, judged and written as a set: nothing is asked once a step."""
    at, accounts, asked = now + timedelta(days=11), 0, {}
    for steps in (1, 5, 50):
        for _ in range(steps):
            accounts += 1
            enrol(email_step("hello", -90), task_step("call", -60), key=f"A-{accounts}")
        asked[steps] = statements_of(workspace, actor, at, steps=steps)
    assert asked[50] == asked[5]
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.count() == 56


def test_a_look_for_due_steps_reads_only_what_is_due(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """The time is part of what the index is asked for; as a filter it would be compared with every scheduled step."""
    values = {"workspace": workspace.id, "worker": "w", "lease": 30, "limit": 500, "suspects": False}
    with in_workspace(workspace.id, by=actor, now=now), connection.cursor() as cursor:
        # An empty table can be read in any way: only the way that keeps the order of time is left to choose.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + CLAIM, values)
        conditions = [line for (line,) in cursor.fetchall() if "Index Cond" in line]
    assert any("due_at <=" in line for line in conditions)
