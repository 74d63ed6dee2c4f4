"""Pages by mail: subscribed to as seen, written with the rights of the moment, sent once, ended by their reader."""

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest
from django.test import Client

from dashboards.core.page_mail import letter_html, letter_text
from dashboards.core.parts import Cell, Column, Table
from dashboards.mailing import mail_pages, page_address
from playbooks.actions.channels.page_mails import send_page_mails
from playbooks.channels.base import Receipt, SendResult
from playbooks.core.page_mail import LEASE, RETRY_AFTER
from playbooks.models import PageMail, PageSubscription
from playbooks.queries import channels
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world
from tests.playbooks.channels.test_smtp import Inbox, mail_server

PAGE = "/at-risk/?segment=small&sheet=csv&after=1~2"


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=3, roles=("finance", "executive"))


def subscribe(client: Client, **more: str) -> int:
    form = {"page": PAGE, "every": "day", "weekday": "0", "hour": "8"}
    return client.post("/subscriptions/new/", form | more).status_code


def make_due(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        PageSubscription.objects.update(next_at=world.now - timedelta(hours=1))


def test_page_is_written_once_with_its_filters_and_sent_once(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(world.people["finance"])
    assert "This page by mail" in client.get("/at-risk/").content.decode()
    assert "Mail me this page" in client.get("/subscriptions/", {"page": PAGE}).content.decode()
    assert (subscribe(client), subscribe(client, every="week")) == (302, 302)
    html = words_of(client.get("/subscriptions/").content.decode())
    assert "At risk, Segment: Small every Monday at 08:00" in html
    assert mail_pages() == 0
    make_due(world)
    assert (mail_pages(), mail_pages()) == (1, 0)
    with in_workspace(world.workspace.id, by=world.actor):
        row, mail = PageSubscription.objects.get(), PageMail.objects.get()
        assert (row.path, row.query, row.next_at > world.now) == ("/at-risk/", "segment=small", True)
    assert mail.to_address == world.people["finance"].email
    assert "up for renewal is at risk" in mail.subject
    assert "Tidewater Utilities" in mail.text_body
    assert "Northwind Freight" not in mail.text_body
    assert "$82,000" in mail.html_body
    assert "/at-risk/?segment=small" in mail.text_body
    assert "Only Segment: Small" in mail.text_body
    assert "Only Segment: Small" in mail.html_body
    sent = []
    channel = channels.chosen_channel(world.workspace.id).channel
    monkeypatch.setattr(
        type(channel), "send", lambda self, message: sent.append(message) or SendResult(receipt=Receipt.ACCEPTED)
    )
    sender_dies(world, monkeypatch, channel)
    assert [send_page_mails(by=world.actor, now=world.now + LEASE * turn) for turn in (0.5, 1, 2, 3)] == [0, 1, 0, 0]
    assert [message.to_address for message in sent] == [mail.to_address]
    with in_workspace(world.workspace.id, by=world.actor):
        assert PageMail.objects.get().state == "sent"


def test_page_arrives_as_a_mail_through_the_installations_smtp_server(
    world: World, client: Client, settings: Any
) -> None:
    """From the form to the inbox: what a mail program is given, once, and again after a server that was busy."""
    reader = world.people["executive"]
    client.force_login(reader)
    assert subscribe(client, page="/at-risk/") == 302
    make_due(world)
    assert mail_pages() == 1
    inbox = Inbox(answer="451 try later")
    with mail_server(inbox) as channel:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", channel.server.port
        assert [send_page_mails(by=world.actor, now=world.now) for _ in range(2)] == [1, 0]
        inbox.answer = "250 kept"
        later = world.now + RETRY_AFTER
        assert [send_page_mails(by=world.actor, now=later) for _ in range(2)] == [1, 0]
    refused, kept = inbox.envelopes
    mail = message_from_bytes(kept.content, policy=SMTP)
    assert (kept.rcpt_tos, mail["To"].addresses[0].addr_spec) == ([reader.email], reader.email)
    assert message_from_bytes(refused.content, policy=SMTP)["Message-ID"] == mail["Message-ID"]
    assert "up for renewal is at risk" in mail["Subject"]
    assert mail["List-Unsubscribe"].endswith("/subscriptions/>")
    plain, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "Tidewater Utilities" in plain
    assert "Tidewater Utilities" in html
    with in_workspace(world.workspace.id, by=world.actor):
        assert PageMail.objects.filter(to_address=reader.email).values_list("state", "attempts").get() == ("sent", 2)


def sender_dies(world: World, monkeypatch: pytest.MonkeyPatch, channel: object) -> None:
    """A worker dies with the mail in its hands: until its lease is over nobody takes the mail, then one does."""

    def die(self: object, message: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(type(channel), "send", die)
        with pytest.raises(SystemExit):
            send_page_mails(by=world.actor, now=world.now)
    with in_workspace(world.workspace.id, by=world.actor):
        assert PageMail.objects.values_list("state", "attempts").get() == ("sending", 1)


def test_mail_whose_worker_died_while_the_clock_was_ahead_is_taken_up_once_it_is_put_back(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lease is as long as that one; one that ends in time still holds."""
    client.force_login(world.people["executive"])
    subscribe(client)
    make_due(world)
    assert mail_pages() == 1
    channel = channels.chosen_channel(world.workspace.id).channel
    monkeypatch.setattr(type(channel), "send", lambda self, message: SendResult(receipt=Receipt.ACCEPTED))
    sender_dies(world, monkeypatch, channel)
    assert [send_page_mails(by=world.actor, now=world.now - LEASE * turn) for turn in (0.5, 1.5)] == [0, 1]


def test_rights_are_those_of_the_moment_it_leaves(world: World, client: Client) -> None:
    client.force_login(world.people["executive"])
    subscribe(client)
    make_due(world)
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["executive"]).update(role="product_viewer")
    assert mail_pages() == 0
    with in_workspace(world.workspace.id, by=world.actor):
        row = PageSubscription.objects.get(user=world.people["executive"])
        assert (row.ended_because, PageMail.objects.count()) == ("its reader cannot open the page", 0)


def test_who_left_the_workspace_gets_nothing(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    subscribe(client)
    make_due(world)
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["finance"]).update(is_active=False)
    assert mail_pages() == 0


def test_reader_ends_their_own_and_nobody_elses(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    subscribe(client)
    href = re.search(r'action="(/subscriptions/\d+/end/)"', client.get("/subscriptions/").content.decode())
    assert href is not None
    client.force_login(world.people["executive"])
    assert client.post(href.group(1)).status_code == 404
    client.force_login(world.people["finance"])
    assert client.post(href.group(1), follow=True).status_code == 200
    make_due(world)
    assert mail_pages() == 0


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/x", "", "at-risk/"])
def test_address_of_elsewhere_is_no_page(page: str, world: World, client: Client) -> None:
    assert page_address(page) is None
    client.force_login(world.people["finance"])
    assert subscribe(client, page=page) == 404


@pytest.mark.parametrize("page", ["/odd/", "/settings/", "/unsubscribe/x/", "/subscriptions/"])
def test_page_without_a_table_for_the_reader_is_refused(page: str, world: World, client: Client) -> None:
    client.force_login(world.people["executive"])
    assert subscribe(client, page=page) == 422


def test_letter_escapes_words_and_says_what_is_left_out() -> None:
    table = Table(
        caption="A & B",
        columns=(Column(title="Account"), Column(title="Why")),
        rows=tuple((Cell(text=f"<b>{n}</b>"), Cell(text="x")) for n in range(30)),
    )
    html = letter_html("T <i>", "", [table], href="https://x/?a=1&b=2", stop_href="https://x/s")
    assert "<b>" not in html
    assert "A &amp; B" in html
    assert "and 5 more rows on the page" in html
    assert "- <b>0</b>; Why: x" in letter_text("T", "", [table], href="h", stop_href="s")
