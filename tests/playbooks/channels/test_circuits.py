"""Channels that are out of order are left alone: nothing is lost, no try is used up, other ways go on."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.channels.circuits import is_shut, try_again_now
from playbooks.actions.channels.posts import NewTarget, add_target, post_due, tell
from playbooks.actions.pump import Pump, pump
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Message, WebhookPost
from playbooks.queries.circuits import open_circuits
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from signals.core.sources.signatures import Message as Signed
from signals.core.sources.signatures import verified_id
from tests.playbooks.channels.conftest import FakeProvider
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step, enrol_account

DOWN = SendResult(receipt=Receipt.TRY_LATER, reason="503 not now")
SLOW = SendResult(receipt=Receipt.TRY_LATER, reason="429", retry_after_seconds=900)


def outside(*answers: SendResult) -> KeptChannel:
    return KeptChannel(answers=list(answers), name="outside", is_instant=False)


def test_retry_after_is_kept_by_the_whole_channel(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """F16: one message is told to wait, and no other is tried before."""
    enrol(email_step("hello", -90))
    enrol_account(workspace, actor, now, email_step("hello", -90), key="A-2")
    channel, at = outside(SLOW), now + timedelta(days=11)
    for minutes in (0, 5, 14):
        pump(Pump(clock=at + timedelta(minutes=minutes), channel=channel))
    assert len(channel.calls) == 1
    with in_workspace(workspace.id, by=actor, now=at):
        assert is_shut("mail:outside", now=at + timedelta(minutes=14))
        assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 1]
        assert [each.name for each in open_circuits()] == ["mail:outside"]
    pump(Pump(clock=at + timedelta(minutes=16), channel=channel))
    with in_workspace(workspace.id, by=actor, now=at):
        assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
        assert open_circuits() == ()


def test_provider_that_is_down_is_left_alone_after_five_faults(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """I13: messages wait without using up their tries, and all leave when it answers."""
    for number in range(7):
        enrol_account(workspace, actor, now, email_step("hello", -90), key=f"A-{number}")
    channel, at = outside(*[DOWN] * 5), now + timedelta(days=11)
    pump(Pump(clock=at, channel=channel))
    assert len(channel.calls) == 5
    pump(Pump(clock=at + timedelta(seconds=4), channel=channel))
    assert len(channel.calls) == 5
    with in_workspace(workspace.id, by=actor, now=at):
        assert try_again_now(name="mail:outside", by=actor, now=at + timedelta(seconds=5))
    for minutes in (1, 2, 40):
        pump(Pump(clock=at + timedelta(minutes=minutes), channel=channel))
    with in_workspace(workspace.id, by=actor, now=at):
        assert list(Message.objects.values_list("state", flat=True)) == ["sent"] * 7
    assert len(channel.calls) == 12


def test_refusal_of_one_address_says_nothing_against_the_channel(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """F17: only that message fails."""
    for number in range(7):
        enrol_account(workspace, actor, now, email_step("hello", -90), key=f"A-{number}")
    refused = SendResult(receipt=Receipt.REFUSED, reason="550", is_about_message=True)
    pump(Pump(clock=now + timedelta(days=11), channel=outside(*[refused] * 6)))
    with in_workspace(workspace.id, by=actor):
        assert sorted(Message.objects.values_list("state", flat=True)) == ["failed"] * 6 + ["sent"]
        assert open_circuits() == ()


@pytest.fixture
def target(workspace: Workspace, actor: Actor, now: datetime, provider: FakeProvider, settings) -> str:
    """A signed target at the fake provider, told of escalations; its secret."""
    settings.PULL_ALLOWED_HOSTS = [f"127.0.0.1:{provider.port}"]
    given = NewTarget(name="Ours", style="signed", url=f"{provider.url}hook", topics=("escalation",))
    with in_workspace(workspace.id, by=actor, now=now):
        return add_target(given=given, by=actor, now=now)[1]


def test_target_is_told_once_signed_and_again_after_a_fault(
    target: str, workspace: Workspace, actor: Actor, now: datetime, provider: FakeProvider
) -> None:
    with in_workspace(workspace.id, by=actor, now=now):
        for _ in range(2):
            tell(
                topic="escalation",
                post_key="esc-1",
                text="Northwind needs you",
                facts={"renewal": 7},
                by=actor,
                now=now,
            )
        assert tell(topic="digest", post_key="d-1", text="Nobody listens", by=actor, now=now) == 0
    provider.answer_next({"status": 503})
    assert post_due(by=actor, now=now, clock=now) == 1
    assert post_due(by=actor, now=now, clock=now) == 0
    later = now + timedelta(seconds=6)
    assert post_due(by=actor, now=later, clock=later) == 1
    first, second = provider.log()
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"] == "esc-1"
    signed = Signed(headers=second["headers"], body=second["body"].encode(), received_at=later)
    assert verified_id(signed, scheme="standard", secrets=[target]) == "esc-1"
    with in_workspace(workspace.id, by=actor):
        row = WebhookPost.objects.get()
        assert (row.state, row.attempts) == ("done", 2)


def test_chat_target_gets_plain_text_without_markup(
    workspace: Workspace, actor: Actor, now: datetime, provider: FakeProvider, settings
) -> None:
    settings.PULL_ALLOWED_HOSTS = [f"127.0.0.1:{provider.port}"]
    given = NewTarget(name="Chat", style="chat", url=f"{provider.url}chat", topics=("digest",))
    with in_workspace(workspace.id, by=actor, now=now):
        assert add_target(given=given, by=actor, now=now)[1] == ""
        tell(topic="digest", post_key="d-1", text="<!channel> & co", facts={"people": 3}, by=actor, now=now)
    post_due(by=actor, now=now, clock=now)
    assert provider.log()[0]["body"] == '{"text": "&lt;!channel&gt; &amp; co"}'
