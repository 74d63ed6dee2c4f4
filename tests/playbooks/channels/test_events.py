"""What a provider tells us: signed, once, in any order, before our own note, and what follows from it."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from playbooks.actions.channels.settings import ChannelTerms, choose_channel, replace_events_secret
from playbooks.actions.pump import Pump, pump
from playbooks.actions.sweeps import sweep_channels
from playbooks.models import ChannelSetting, DeliveryEvent, Message, Reaction
from playbooks.queries.channels import event_urls
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Suppression, Workspace
from renewals.queries.clock import database_now
from signals.core.sources.signatures import sign
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, email_step

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()


@pytest.fixture
def resend(workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path) -> str:
    """The path to which Resend tells events."""
    settings.PERENNIAL_HOME = tmp_path
    with in_workspace(workspace.id, by=actor):
        choose_channel(terms=ChannelTerms(kind="provider", provider="resend", secret="re_key_12345"), by=actor, now=now)
        replace_events_secret(secret=SECRET, by=actor, now=now)
        return event_urls(ChannelSetting.objects.get().door)[0].partition("8000")[2]


@pytest.fixture
def sent(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> Iterator[tuple[World, Message]]:
    """One message that has been sent through the channel called resend, its reference "em-1"."""
    world, _ = enrol(email_step("hello", -90))
    pump(Pump(clock=now + timedelta(days=11), channel=KeptChannel(name="resend")))
    with in_workspace(workspace.id, by=actor):
        message = Message.objects.get()
    assert message.state == "sent"
    yield world, message


def tell(path: str, kind: str, message: Message, *, event: str = "ev-1", secret: str = SECRET, **data: Any) -> Any:
    """What Resend posts; matched by the metadata header it returns."""
    body = json.dumps(
        {
            "type": f"email.{kind}",
            "created_at": "2026-02-01T10:00:00.000Z",
            "data": {
                "email_id": data.pop("ref", "em-1"),
                "to": [message.to_address],
                "headers": [{"name": "X-Metadata", "value": json.dumps({"message": message.message_id})}],
                **data,
            },
        }
    ).encode()
    at = int(database_now().timestamp())
    headers = {
        "svix-id": event,
        "svix-timestamp": str(at),
        "svix-signature": sign(secret, message_id=event, timestamp=at, body=body),
    }
    return Client().post(path, body, content_type="application/json", headers=headers)


def events(workspace: Workspace, actor: Actor) -> list[str]:
    with in_workspace(workspace.id, by=actor):
        return list(DeliveryEvent.objects.order_by("id").values_list("kind", flat=True))


def shut(workspace: Workspace, actor: Actor) -> dict[str, str]:
    with in_workspace(workspace.id, by=actor):
        return dict(Suppression.objects.filter(lifted_at=None).values_list("message_class", "origin"))


def test_delivered_event_is_kept_once_and_belongs_to_its_message(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor
) -> None:
    world, message = sent
    answers = [tell(resend, "delivered", message).json() for _ in range(2)]
    assert answers == [{"kept": 1}, {"kept": 0}]
    with in_workspace(workspace.id, by=actor):
        row = DeliveryEvent.objects.get()
        assert (row.message_id, row.contact_id, row.kind) == (message.id, world.contact.id, "delivered")


@pytest.mark.parametrize(
    ("kind", "more", "classes"),
    [
        ("bounced", {"bounce": {"type": "Permanent", "message": "no such user"}}, {"all": "hard_bounce"}),
        ("complained", {}, {"marketing": "complaint", "relationship": "complaint"}),
        ("bounced", {"bounce": {"type": "Transient", "message": "inbox was full"}}, {}),
        ("opened", {}, {}),
    ],
)
def test_event_shuts_the_address_before_it_is_answered(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor, kind: str, more: dict, classes: dict
) -> None:
    """F18: at once, not by a sweep."""
    assert tell(resend, kind, sent[1], **more).status_code == 200
    assert shut(workspace, actor) == classes


def test_third_soft_bounce_within_a_week_shuts_the_address(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor
) -> None:
    soft = {"bounce": {"type": "Transient", "message": "inbox was full"}}
    for number in (1, 2):
        tell(resend, "bounced", sent[1], event=f"ev-{number}", **soft)
    assert shut(workspace, actor) == {}
    tell(resend, "bounced", sent[1], event="ev-2", **soft)
    assert shut(workspace, actor) == {}
    tell(resend, "bounced", sent[1], event="ev-3", **soft)
    assert shut(workspace, actor) == {"marketing": "soft_bounces", "relationship": "soft_bounces"}


def test_sweep_lets_the_cadence_react_once(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor, now: datetime
) -> None:
    tell(resend, "complained", sent[1])
    for _ in range(2):
        sweep_channels(now=database_now(), only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        assert list(Reaction.objects.values_list("kind", "contact_id")) == [("complaint", sent[0].contact.id)]
        assert DeliveryEvent.objects.get().settled_at is not None


@pytest.mark.parametrize("order", [("delivered", "complained"), ("complained", "delivered")])
def test_events_in_any_order_come_to_the_same(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor, order: tuple[str, str]
) -> None:
    for kind in (*order, *order):
        tell(resend, kind, sent[1], event=f"ev-{kind}")
    assert sorted(events(workspace, actor)) == ["complained", "delivered"]
    assert shut(workspace, actor) == {"marketing": "complaint", "relationship": "complaint"}


def test_event_before_our_own_note_of_the_message_still_finds_it(
    resend: str, enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """F19: the provider is quicker than our second transaction; the bounce is there before `sent` is."""
    enrol(email_step("hello", -90))
    answers = []

    def bounce(_outgoing: object) -> None:
        with in_workspace(workspace.id, by=actor):
            message = Message.objects.get()
        assert message.state == "sending"
        answers.append(tell(resend, "bounced", message, bounce={"type": "Permanent", "message": "gone"}).status_code)

    pump(Pump(clock=now + timedelta(days=11), channel=KeptChannel(name="resend", before_answer=bounce)))
    assert answers == [200]
    assert shut(workspace, actor) == {"all": "hard_bounce"}
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.get().state == "sent"


def test_event_known_only_by_the_providers_reference_waits_for_our_note(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor
) -> None:
    """Without our Message-ID on it, and before the reference was noted, it is matched by the sweep."""
    stranger = Message(message_id="", to_address="")
    assert tell(resend, "complained", stranger, ref="em-late", to=["somebody.else@example.org"]).json() == {"kept": 1}
    assert shut(workspace, actor) == {}
    sweep_channels(now=database_now(), only=workspace.id)
    assert shut(workspace, actor) == {}
    with in_workspace(workspace.id, by=actor):
        Message.objects.update(provider_ref="em-late", to_address="somebody.else@example.org")
    sweep_channels(now=database_now(), only=workspace.id)
    assert shut(workspace, actor) == {"marketing": "complaint", "relationship": "complaint"}


@pytest.mark.parametrize("forgery", ["signature", "door", "unsigned", "stale"])
def test_forged_event_is_refused_and_changes_nothing(
    resend: str, sent: tuple[World, Message], workspace: Workspace, actor: Actor, forgery: str
) -> None:
    other = "whsec_" + base64.b64encode(b"another secret of the same length").decode()
    body = json.dumps({"type": "email.complained", "data": {}}).encode()
    at = int(database_now().timestamp()) - 3600
    stale = {
        "svix-id": "e",
        "svix-timestamp": str(at),
        "svix-signature": sign(SECRET, message_id="e", timestamp=at, body=body),
    }
    answers = {
        "signature": lambda: tell(resend, "complained", sent[1], secret=other),
        "door": lambda: tell(f"/api/v1/channels/{workspace.id}-unknown/events/", "complained", sent[1]),
        "unsigned": lambda: Client().post(resend, body, content_type="application/json"),
        "stale": lambda: Client().post(resend, body, content_type="application/json", headers=stale),
    }
    answer = answers[forgery]()
    assert (answer.status_code, answer.json()["code"]) == (401, "E-HOOK-01")
    assert (events(workspace, actor), shut(workspace, actor)) == ([], {})


def test_signed_nonsense_is_said_to_be_unreadable(resend: str) -> None:
    at = int(database_now().timestamp())
    signature = sign(SECRET, message_id="e", timestamp=at, body=b"[]")
    headers = {"svix-id": "e", "svix-timestamp": str(at), "svix-signature": signature}
    answer = Client().post(resend, b"[]", content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-JSON-01")


def test_postmark_events_prove_themselves_by_the_password_made_here(
    sent: tuple[World, Message], workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path
) -> None:
    settings.PERENNIAL_HOME = tmp_path
    with in_workspace(workspace.id, by=actor):
        choose_channel(
            terms=ChannelTerms(kind="provider", provider="postmark", secret="pm_key_12345"), by=actor, now=now
        )
        made = replace_events_secret(secret="", by=actor, now=now)
        path = event_urls(ChannelSetting.objects.get().door)[0].partition("8000")[2]
    body = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "MessageID": "pm-1", "Email": sent[1].to_address,
        "BouncedAt": "2026-02-01T10:00:00Z", "Metadata": {"message": sent[1].message_id},
    }  # fmt: skip
    for password, status in ((f"{made}x", 401), (made, 200)):
        token = base64.b64encode(f"perennial:{password}".encode()).decode()
        answer = Client().post(path, body, content_type="application/json", headers={"Authorization": f"Basic {token}"})
        assert answer.status_code == status
    assert (events(workspace, actor), shut(workspace, actor)) == (["bounced_hard"], {"all": "hard_bounce"})
