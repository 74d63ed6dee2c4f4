"""What tick and sending cost: as many statements for fifty as for five, and no step read that is not due."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions import send_results
from playbooks.actions.claim import CLAIM, claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.message_rows import MessageFacts
from playbooks.actions.send import Sender, send_messages
from playbooks.models import Decision, Message
from playbooks.queries.case_facts import StepCase
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.records import TouchpointRow
from renewals.models import Touchpoint, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step, task_step

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


def sent_at(workspace: Workspace, actor: Actor, at: datetime, channel: KeptChannel) -> list[str]:
    """What one round of sending asks."""
    sender = Sender(worker="w", channel=channel, limits=LIMITS, by=actor, clock=at)
    with CaptureQueriesContext(connection) as asked:
        send_messages(sender)
    return [query["sql"].split('"s')[0].split("(")[0][:40] for query in asked]


def test_fifty_messages_leave_with_the_same_statements_as_five(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """What an instant channel took is noted as a set: state, ledger and log cost nothing once a message."""
    at, accounts, asked = now + timedelta(days=11), 0, {}
    for messages in (1, 5, 50):
        for _ in range(messages):
            accounts += 1
            enrol(email_step("hello", -90), task_step("call", -60), key=f"A-{accounts}")
        statements_of(workspace, actor, at, steps=messages)
        asked[messages] = sent_at(workspace, actor, at, channel)
    assert asked[50] == asked[5]
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.filter(state="sent").count() == Touchpoint.objects.count() == 56
        assert Decision.objects.filter(kind="send", verdict="sent").count() == 56


def test_an_end_that_cannot_be_noted_keeps_no_other_from_being_noted(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their rows travel together; when one of them fails, each is noted alone, and only the bad one stays open."""
    at = now + timedelta(days=11)
    for key in ("A-1", "A-2", "A-3"):
        enrol(email_step("hello", -90), task_step("call", -60), key=key)
    statements_of(workspace, actor, at, steps=3)
    bad, whole = "No place in the ledger.", send_results.message_touch

    def touch(message: MessageFacts, case: StepCase, *, now: datetime) -> TouchpointRow:
        if message.to_address == last:
            raise ValueError(bad)
        return whole(message, case, now=now)

    with in_workspace(workspace.id, by=actor):
        last = Message.objects.order_by("-next_at", "-id").first().to_address
    monkeypatch.setattr(send_results, "message_touch", touch)
    with pytest.raises(ValueError, match=bad):
        sent_at(workspace, actor, at, KeptChannel())
    with in_workspace(workspace.id, by=actor):
        assert sorted(Message.objects.values_list("state", flat=True)) == ["sending", "sent", "sent"]
        assert Touchpoint.objects.count() == 2


def test_a_look_for_due_steps_reads_only_what_is_due(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """The time is part of what the index is asked for; as a filter it would be compared with every scheduled step."""
    values = {"workspace": workspace.id, "worker": "w", "lease": 30, "limit": 500, "suspects": False}
    with in_workspace(workspace.id, by=actor, now=now), connection.cursor() as cursor:
        # An empty table can be read in any way: only the way that keeps the order of time is left to choose.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + CLAIM, values)
        conditions = [line for (line,) in cursor.fetchall() if "Index Cond" in line]
    assert any("due_at <=" in line for line in conditions)
