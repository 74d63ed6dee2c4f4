"""Mail that comes in: signed, matched to our message, read once, and what the cadence does with it."""

import base64
from datetime import datetime, timedelta

import pytest
from django.test import Client

from playbooks.actions.channels.settings import ChannelTerms, choose_channel, replace_mail_secret
from playbooks.actions.pump import Pump, pump
from playbooks.actions.sweeps import sweep_channels
from playbooks.models import ChannelSetting, InboundMessage, Message, Reaction
from playbooks.queries.channels import event_urls
from playbooks.queries.reply_addresses import read_reply_address, reply_address
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Suppression, Touchpoint, Workspace
from renewals.queries.clock import database_now
from signals.core.sources.signatures import sign
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step

OTHER = "whsec_" + base64.b64encode(b"another secret of the same length").decode()
RAW = """From: Ada <c-1.a-1@example.org>
To: {to}
Subject: {subject}
Message-ID: <their-{number}@example.org>
In-Reply-To: {answers}
{more}
{text}
"""


@pytest.fixture
def door(workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path) -> tuple[str, str]:
    """The path for raw mail and its secret."""
    settings.PERENNIAL_HOME = tmp_path
    with in_workspace(workspace.id, by=actor):
        choose_channel(terms=ChannelTerms(kind="console", reply_domain="in.acme.example"), by=actor, now=now)
        secret = replace_mail_secret(by=actor, now=now)
        return event_urls(ChannelSetting.objects.get().door)[1].partition("8000")[2], secret


@pytest.fixture
def message(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> Message:
    enrol(email_step("hello", -90))
    pump(Pump(clock=now + timedelta(days=11), channel=KeptChannel()))
    with in_workspace(workspace.id, by=actor):
        return Message.objects.get()


def deliver(door: tuple[str, str], raw: str, *, secret: str = "") -> int:
    body, at = raw.encode(), int(database_now().timestamp())
    signature = sign(secret or door[1], message_id="m", timestamp=at, body=body)
    headers = {"webhook-id": "m", "webhook-timestamp": str(at), "webhook-signature": signature}
    return Client().post(door[0], body, content_type="message/rfc822", headers=headers).status_code


def mail(message: Message, **changes: str) -> str:
    given = {"to": "renewals@acme.example", "subject": "Re: About", "number": "1", "answers": message.message_id,
             "more": "", "text": "Yes, let us talk."}  # fmt: skip
    return RAW.format(**(given | changes))


def test_calendar_answer_is_no_reply_and_one_that_names_no_meeting_of_ours_does_nothing(
    door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor
) -> None:
    body = "\n".join(
        ("BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", "UID:another@else.example", "SEQUENCE:0",
         "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org", "END:VEVENT", "END:VCALENDAR")
    )  # fmt: skip
    calendar = 'MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset="UTF-8"\n'
    for _ in range(2):
        assert deliver(door, mail(message, more=calendar, text=body)) == 200
        sweep_channels(now=database_now(), only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        kept = InboundMessage.objects.get()
        assert (kept.kind, kept.mark, kept.settled_at is None) == ("rsvp", "PARTSTAT accepted", False)
        assert Reaction.objects.count() == Touchpoint.objects.filter(direction="inbound").count() == 0


def test_reply_stops_the_account_once(
    door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor
) -> None:
    for _ in range(2):
        assert deliver(door, mail(message)) == 200
        sweep_channels(now=database_now(), only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        row = InboundMessage.objects.get()
        assert (row.kind, row.message_id, row.contact_id) == ("reply", message.id, message.contact_id)
        assert list(Reaction.objects.values_list("kind", flat=True)) == ["reply"]
        assert Touchpoint.objects.filter(direction="inbound").count() == 1


def test_out_of_office_names_the_return_and_is_no_reply(
    door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor
) -> None:
    back = (database_now() + timedelta(days=9)).date()
    words = {"subject": "Automatic reply: About", "more": "Auto-Submitted: auto-replied\n",
             "text": f"I am out of the office and back on {back.isoformat()}."}  # fmt: skip
    assert deliver(door, mail(message, **words)) == 200
    sweep_channels(now=database_now(), only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        assert InboundMessage.objects.get().returns_on == back
        assert list(Reaction.objects.values_list("kind", flat=True)) == ["out_of_office"]
        assert Touchpoint.objects.filter(direction="inbound").count() == 0


def test_reply_is_found_by_the_address_it_came_to(
    door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor
) -> None:
    """A provider that wrote its own Message-ID over ours loses no reply."""
    to = reply_address(workspace_id=workspace.id, message_id=message.id, domain="in.acme.example")
    assert deliver(door, mail(message, to=to, answers="<unknown@provider.example>")) == 200
    with in_workspace(workspace.id, by=actor):
        assert InboundMessage.objects.get().message_id == message.id
    assert read_reply_address(to.replace(f"r+{message.id}", f"r+{message.id + 1}"), workspace_id=workspace.id) is None
    assert read_reply_address(to, workspace_id=workspace.id + 1) is None


def test_bounce_by_mail_is_believed_only_for_a_message_of_ours(
    door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor
) -> None:
    report = {"subject": "Undelivered", "more": "Return-Path: <>\n", "text": "Status: 5.1.1\nNo such user."}
    deliver(door, mail(message, number="2", answers="<nobody@knows.example>", **report))
    sweep_channels(now=database_now(), only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        assert Suppression.objects.count() == 0
    deliver(door, mail(message, number="3", **report))
    with in_workspace(workspace.id, by=actor):
        assert list(Suppression.objects.values_list("message_class", "origin")) == [("all", "hard_bounce")]


def test_forged_mail_is_refused(door: tuple[str, str], message: Message, workspace: Workspace, actor: Actor) -> None:
    assert deliver(door, mail(message), secret=OTHER) == 401
    with in_workspace(workspace.id, by=actor):
        assert InboundMessage.objects.count() == 0
