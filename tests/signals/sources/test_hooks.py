"""The door of signed messages: what is let in is kept before the answer, what is not learns nothing."""

import base64
import gzip
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals.actions.sources.fetch import HttpPuller
from signals.actions.sources.hooks import drop_old_secret, open_hook, replace_secret, set_hook_active
from signals.actions.sources.pulls import Lease
from signals.core.sources.errors import SecretInvalid
from signals.models import Delivery, Hook, HookRefusal, Pull, SourceSecret
from signals.queries.hooks import HookDoor
from tests.signals.sources.hooking import Sender, make_sender

EVENT = {"type": "track", "event": "Export", "messageId": "e-1", "account_id": "A-1"}
REFUSED = {
    "type": "about:blank",
    "title": "The message is not let in",
    "status": 401,
    "detail": "The message was not accepted.",
    "code": "E-HOOK-01",
    "remedy": "Check address, secret and clock.",
}


@pytest.fixture
def sender(workspace: Workspace) -> Sender:
    return make_sender(workspace.id)


def kept(sender: Sender) -> list[tuple[str, str]]:
    with in_workspace(sender.workspace_id, by=sender.by):
        return list(Delivery.objects.order_by("id").values_list("message_id", "body"))


def refusals(sender: Sender) -> dict[str, int]:
    with in_workspace(sender.workspace_id, by=sender.by):
        return dict(HookRefusal.objects.values_list("reason", "refused_count"))


@pytest.mark.requirement(2)
def test_signed_message_is_kept_raw_and_answered_with_its_id(sender: Sender) -> None:
    answer = sender.send(EVENT)
    assert (answer.status_code, answer.json()) == (202, {"id": "msg-1", "verdict": "kept"})
    assert kept(sender) == [("msg-1", json.dumps(EVENT))]
    assert refusals(sender) == {}


def test_message_is_kept_whatever_answer_its_sender_accepts(sender: Sender) -> None:
    answer = sender.send(EVENT, accept="text/xml")
    assert (answer.status_code, answer["Content-Type"], len(kept(sender))) == (202, "application/json", 1)


def test_replayed_message_is_answered_as_the_first_time_and_kept_once(sender: Sender) -> None:
    first, again = sender.send(EVENT), sender.send(EVENT)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(kept(sender)) == 1


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"webhook_signature": "v1,AAAA"}, "wrong"),
        ({"webhook_signature": ""}, "unsigned"),
        ({"webhook_signature": "v2,AAAA"}, "unsigned"),
        ({"webhook_id": ""}, "unsigned"),
        ({"webhook_id": "other"}, "wrong"),
        ({"webhook_timestamp": "yesterday"}, "stale"),
        ({"webhook_timestamp": "1e12"}, "stale"),
        ({"webhook_timestamp": ""}, "stale"),
        ({"webhook_signature": "v1,é"}, "wrong"),
    ],
)
def test_wrong_signature_is_refused_with_one_word_and_counted(
    sender: Sender, headers: dict[str, str], reason: str
) -> None:
    answer = sender.send(EVENT, **headers)
    assert (answer.status_code, answer.json()) == (401, REFUSED)
    assert kept(sender) == []
    assert refusals(sender) == {reason: 1}


@pytest.mark.parametrize(("late", "status"), [(299, 202), (-290, 202), (302, 401), (-305, 401)])
def test_timestamp_is_believed_for_five_minutes_either_way(sender: Sender, late: int, status: int) -> None:
    assert sender.send(EVENT, late=timedelta(seconds=late)).status_code == status


def test_unknown_address_answers_like_a_wrong_secret(sender: Sender, other_workspace: Workspace) -> None:
    number = sender.address.split("/")[4].partition("-")[0]
    random = sender.address.split("/")[4].partition("-")[2]
    for token in (f"{number}-nobody", "nobody", f"{other_workspace.id}-{random}", f"{'9' * 30}-x", f"{number}-"):
        answer = Sender(
            workspace_id=sender.workspace_id,
            source=sender.source,
            address=f"/api/v1/hooks/{token}/",
            secret=sender.secret,
        ).send(EVENT)
        assert (answer.status_code, answer.json()) == (401, REFUSED)
    assert kept(sender) == []


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "E-JSON-01"),
        (b"\xff", {}, 400, "E-JSON-01"),
        (b'{"a": NaN}', {}, 400, "E-JSON-01"),
        (b"[" * 100_000, {}, 400, "E-JSON-01"),
        (b"", {}, 400, "E-JSON-01"),
        (b"a=1", {"content_type": "application/x-www-form-urlencoded"}, 415, "E-HOOK-03"),
        (gzip.compress(b"{}", mtime=0), {"content_encoding": "gzip"}, 415, "E-HOOK-03"),
        (b'"' + b"x" * 1_048_576 + b'"', {}, 413, "E-HOOK-02"),
    ],
)
def test_odd_body_of_a_signed_message_is_refused_with_a_reason(
    sender: Sender, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = sender.send(body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert kept(sender) == []


def test_get_is_not_offered(sender: Sender) -> None:
    assert sender.http.get(sender.address).status_code == 405


def test_both_secrets_are_accepted_while_one_replaces_the_other(workspace: Workspace, sender: Sender) -> None:
    assert sender.send(EVENT).status_code == 202  # the door is remembered from here on
    by, now = sender.by, database_now()
    with in_workspace(workspace.id, by=by):
        new = replace_secret(source_id=sender.source.id, scheme="standard", by=by, now=now).shown
    fresh = Sender(sender.workspace_id, sender.source, sender.address, new)
    assert [fresh.send(EVENT, message_id="new").status_code, sender.send(EVENT, message_id="old").status_code] == [
        202,
        202,
    ]
    with in_workspace(workspace.id, by=by):
        assert drop_old_secret(source_id=sender.source.id, by=by, now=now) == 1
    assert sender.send(EVENT, message_id="old-2").status_code == 401
    assert fresh.send(EVENT, message_id="new-2").status_code == 202


def test_third_secret_forgets_the_first_at_once(workspace: Workspace, sender: Sender) -> None:
    with in_workspace(workspace.id, by=sender.by):
        for _ in range(2):
            replace_secret(source_id=sender.source.id, scheme="standard", by=sender.by, now=database_now())
        assert SourceSecret.objects.count() == 2
    assert sender.send(EVENT).status_code == 401


def test_old_secret_ends_after_a_day(workspace: Workspace, sender: Sender) -> None:
    with in_workspace(workspace.id, by=sender.by):
        before = database_now() - timedelta(hours=25)
        replace_secret(source_id=sender.source.id, scheme="standard", by=sender.by, now=before)
    assert sender.send(EVENT).status_code == 401


def test_shut_door_refuses_at_once_and_opens_again(workspace: Workspace, sender: Sender) -> None:
    assert sender.send(EVENT).status_code == 202
    for is_active, status in ((False, 401), (True, 202)):
        with in_workspace(workspace.id, by=sender.by):
            assert set_hook_active(source_id=sender.source.id, is_active=is_active, by=sender.by, now=database_now())
        assert sender.send(EVENT, message_id=f"m-{is_active}").status_code == status


def test_secret_is_nowhere_readable_in_the_database(workspace: Workspace, sender: Sender) -> None:
    with in_workspace(workspace.id, by=sender.by), connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM signals_sourcesecret")
        sealed = cursor.fetchone()[0]
    plain = sender.secret.removeprefix("whsec_")
    assert plain not in sealed
    assert base64.b64decode(plain) not in base64.b64decode(sealed)


def test_secrets_are_not_in_what_a_log_would_print() -> None:
    door = HookDoor(hook_id=1, workspace_id=1, source_id=1, scheme="basic", version=1, secrets=(("hush", None),))
    lease = Lease(pull=Pull(), number=1, cursor="", token="hush")
    assert "hush" not in f"{door!r}{lease!r}{HttpPuller(pull=Pull(), token='hush')!r}"


def test_hook_opened_again_keeps_its_address(workspace: Workspace, sender: Sender) -> None:
    with in_workspace(workspace.id, by=sender.by):
        open_hook(key="desk", name="Desk", scheme="standard", by=sender.by, now=database_now())
        assert [f"/api/v1/hooks/{hook.token}/" for hook in Hook.objects.all()] == [sender.address]


def test_secret_of_theirs_that_is_too_short_is_refused(inside: Workspace) -> None:
    with pytest.raises(SecretInvalid):
        make_sender(inside.id, scheme="stripe", secret="short")


def vendor_headers(scheme: str, secret: str, body: bytes) -> dict[str, str]:
    now = database_now()
    key, seconds = secret.encode(), str(int(now.timestamp()))
    if scheme == "stripe":
        made = hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
        return {"stripe_signature": f"t={seconds},v1={made},v0=abc"}
    if scheme == "zendesk":
        told = now.isoformat()
        made = base64.b64encode(hmac.new(key, told.encode() + body, hashlib.sha256).digest()).decode()
        return {"x_zendesk_webhook_signature": made, "x_zendesk_webhook_signature_timestamp": told}
    if scheme == "hub":
        return {"x_hub_signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest()}
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("scheme", ["stripe", "zendesk", "hub", "bearer"])
def test_vendors_way_of_signing_is_verified_and_replay_safe(workspace: Workspace, scheme: str) -> None:
    # A secret of the form that Stripe gives: it is the key as it stands, although its end could be read as base64.
    sender = make_sender(workspace.id, scheme=scheme, secret="whsec_" + "abcd1234" * 4)
    body = json.dumps({"id": "evt_1", "type": "invoice.paid"}).encode()
    answers: list[Any] = []
    for secret in (sender.secret, sender.secret, "another-secret-entirely"):
        answers.append(sender.send(body, webhook_id="", **vendor_headers(scheme, secret, body)))
    assert [answer.status_code for answer in answers] == [202, 202, 401]
    assert len(kept(sender)) == 1
    assert refusals(sender) == {"wrong": 1}


def test_basic_password_counts_as_the_token(workspace: Workspace) -> None:
    sender = make_sender(workspace.id, scheme="bearer")
    given = base64.b64encode(f"anybody:{sender.secret}".encode()).decode()
    assert sender.send(EVENT, authorization=f"Basic {given}").status_code == 202
    assert sender.send(EVENT, authorization="Basic %%%").status_code == 401
