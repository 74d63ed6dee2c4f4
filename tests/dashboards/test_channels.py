"""Channels: chosen and tested by who may, secrets after the password alone, shown once and kept sealed."""

import re

import pytest
from django.test import Client

from playbooks.models import (
    ChannelSecret,
    ChannelSetting,
    ChannelTrial,
    DeliveryEvent,
    Message,
    MessageEdit,
    WebhookTarget,
)
from playbooks.queries.channels import channel_secret
from playbooks.queries.unsubscribe_links import unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.models import Contact, Suppression, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.confirming import confirm
from tests.dashboards.outbox import make_messages
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

CHOICE = {"kind": "provider", "provider": "postmark", "secret": "pm-secret-4711",
          "from_address": "Acme <r@acme.example>", "port": "587", "reply_domain": "in.acme.example"}  # fmt: skip


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=1, roles=("admin", "auditor", "renewal_manager"))


@pytest.fixture
def admin(world: World, client: Client) -> Client:
    client.force_login(world.people["admin"])
    return client


def test_channel_is_chosen_after_the_password_and_its_secret_is_sealed(admin: Client, world: World) -> None:
    refused = admin.post(
        "/settings/channels/choice/", CHOICE, headers={"Referer": "http://testserver/settings/channels/"}
    )
    assert refused.url == "/accounts/reauthenticate/?next=%2Fsettings%2Fchannels%2F"
    with in_workspace(world.workspace.id, by=world.actor):
        assert ChannelSetting.objects.count() == 0
    assert "Confirm that it is you" in admin.get("/settings/channels/").content.decode()
    confirm(admin)
    said = words_of(admin.post("/settings/channels/choice/", CHOICE, follow=True).content.decode())
    assert "Messages leave through Postmark" in said
    assert "pm-secret-4711" not in said
    with in_workspace(world.workspace.id, by=world.actor):
        sealed = ChannelSecret.objects.get(place="api")
        assert "pm-secret" not in sealed.sealed
        assert channel_secret(world.workspace.id, "api") == "pm-secret-4711"


def test_another_provider_never_gets_the_secret_of_the_first(admin: Client, world: World) -> None:
    confirm(admin)
    admin.post("/settings/channels/choice/", CHOICE)
    admin.post("/settings/channels/choice/", CHOICE | {"provider": "resend", "secret": ""})
    with in_workspace(world.workspace.id, by=world.actor):
        assert (ChannelSetting.objects.get().provider, ChannelSecret.objects.count()) == ("resend", 0)


def test_secret_of_events_is_shown_once(admin: Client) -> None:
    confirm(admin)
    admin.post("/settings/channels/choice/", CHOICE)
    html = admin.post("/settings/channels/events-secret/").content.decode()
    secret = re.search(r'id="new-secret">([^<]+)<', html)[1]
    assert len(secret) >= 32
    assert secret not in admin.get("/settings/channels/").content.decode()


def test_test_message_goes_to_oneself_once_asked(admin: Client, world: World) -> None:
    admin.post("/settings/channels/test/")
    with in_workspace(world.workspace.id, by=world.actor):
        row = ChannelTrial.objects.get()
        assert (row.to_address, row.state) == (world.people["admin"].email, "waiting")


def test_target_keeps_its_address_sealed_and_refuses_a_private_one(admin: Client, world: World) -> None:
    confirm(admin)
    given = {
        "name": "Escalations",
        "style": "chat",
        "url": "https://hooks.chat.example/T1/secret",
        "topics": ["escalation"],
    }
    assert admin.post("/settings/channels/targets/", given | {"url": "https://10.0.0.1/x"}).status_code == 422
    assert admin.post("/settings/channels/targets/", given).status_code == 302
    html = admin.get("/settings/channels/").content.decode()
    assert "hooks.chat.example" in html
    assert "T1/secret" not in html
    with in_workspace(world.workspace.id, by=world.actor):
        assert WebhookTarget.objects.get().topics == ["escalation"]


@pytest.mark.parametrize("role", ["auditor", "renewal_manager", "csm"])
def test_only_an_admin_changes_channels(role: str, world: World, client: Client) -> None:
    client.force_login(world.people[role])
    assert client.get("/settings/channels/").status_code == (403 if role == "csm" else 200)
    for part in ("choice", "test", "probe", "events-secret", "mail-secret", "targets"):
        assert client.post(f"/settings/channels/{part}/", CHOICE).status_code == 403


@pytest.mark.requirement(25)
def test_waiting_message_is_edited_and_the_difference_from_its_template_is_shown(world: World, client: Client) -> None:
    outbox = make_messages(world)
    client.force_login(world.people["csm"])
    words = {"subject": "About your renewal, draft", "text": "Dear Ines,\n\nshall we talk on Thursday?"}
    for _ in range(2):
        assert client.post(f"/messages/{outbox['draft']}/words/", words).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        edit, message = MessageEdit.objects.get(), Message.objects.get(id=outbox["draft"])
    assert message.text_body.strip() == words["text"]
    assert edit.template_text == "Dear Ines,\n\nshall we talk on Tuesday?"
    assert [line for line in edit.diff if line[0] in "+-"] == [
        "-shall we talk on Tuesday?",
        "+shall we talk on Thursday?",
    ]
    html = client.get(f"/messages/{outbox['draft']}/").content.decode()
    assert "<del>shall we talk on Tuesday?</del>" in html
    assert "<ins>shall we talk on Thursday?</ins>" in html


@pytest.mark.requirement(25)
@pytest.mark.parametrize("state", ["sent", "queued", "cancelled"])
def test_message_that_does_not_wait_is_not_edited(world: World, client: Client, state: str) -> None:
    outbox = make_messages(world)
    client.force_login(world.people["csm"])
    answer = client.post(f"/messages/{outbox[state]}/words/", {"subject": "Other", "text": "Other"})
    assert answer.status_code == 422
    with in_workspace(world.workspace.id, by=world.actor):
        assert MessageEdit.objects.count() == 0


@pytest.mark.requirement(25)
def test_notice_keeps_the_words_of_its_template(world: World, client: Client) -> None:
    outbox = make_messages(world)
    with in_workspace(world.workspace.id, by=world.actor):
        Message.objects.filter(id=outbox["draft"]).update(message_class="contractual_notice")
    client.force_login(world.people["csm"])
    assert client.post(f"/messages/{outbox['draft']}/words/", {"subject": "A", "text": "B"}).status_code == 422
    assert "fixed with its template" in words_of(client.get(f"/messages/{outbox['draft']}/").content.decode())


def test_message_shows_what_came_of_it_outside_and_who_said_so(world: World, admin: Client) -> None:
    outbox = make_messages(world)
    with in_workspace(world.workspace.id, by=world.actor):
        message = Message.objects.get(id=outbox["sent"])
        for kind in ("delivered", "opened"):
            whose = {"workspace": world.workspace, "message": message, "contact": message.contact}
            at = {"occurred_at": world.now, "received_at": world.now}
            DeliveryEvent.objects.create(**whose, **at, kind=kind, source="postmark", event_key=kind)
    said = words_of(admin.get(f"/messages/{message.id}/").content.decode())
    assert "Delivered to their mail server" in said
    assert "Opened (may be a machine" in said
    assert "Postmark" in said


def test_suppressions_are_taken_over_once_and_lifted_with_evidence(world: World, admin: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        contact = Contact.objects.first()
    given = {"addresses": f"{contact.email.upper()}\nnobody@nowhere.example\n", "message_class": "marketing",
             "origin": "imported", "reason": "Listed in the old system"}  # fmt: skip
    for _ in range(2):
        said = words_of(admin.post("/messages/suppressions/", given, follow=True).content.decode())
    assert "nobody@nowhere.example" in said
    assert "Listed in the old system" in said
    with in_workspace(world.workspace.id, by=world.actor):
        row = Suppression.objects.get()
        assert (row.message_class, row.origin, row.by_label) == ("marketing", "imported", str(world.people["admin"]))
    admin.post(f"/messages/suppressions/{row.id}/lifting/", {"evidence": " "})
    with in_workspace(world.workspace.id, by=world.actor):
        assert Suppression.objects.get().lifted_at is None
    admin.post(f"/messages/suppressions/{row.id}/lifting/", {"evidence": "Mail of 3 March"})
    with in_workspace(world.workspace.id, by=world.actor):
        assert Suppression.objects.get().lifted_evidence == "Mail of 3 March"


@pytest.mark.parametrize("message_class", ["contractual_notice", "all"])
def test_notices_are_shut_for_a_legal_reason_alone(world: World, admin: Client, message_class: str) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        contact = Contact.objects.first()
    given = {"addresses": contact.email, "message_class": message_class, "origin": "manual", "reason": "They asked"}
    assert admin.post("/messages/suppressions/", given).status_code == 422
    assert admin.post("/messages/suppressions/", given | {"origin": "legal"}).status_code == 302


def test_preferences_stop_only_what_is_ticked(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        contact = Contact.objects.first()
    path = f"/unsubscribe/{unsubscribe_token(workspace_id=world.workspace.id, contact_id=contact.id)}/"
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(path, {"some": "1"}).status_code == 200
    stranger.post(path, {"some": "1", "class": ["marketing", "contractual_notice"]})
    with in_workspace(world.workspace.id, by=world.actor):
        assert list(Suppression.objects.values_list("message_class", flat=True)) == ["marketing"]
    assert "stopped already" in stranger.get(path).content.decode()
