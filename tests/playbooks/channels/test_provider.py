"""A provider's HTTP API: our key and Message-ID on every attempt, and what each answer says about whether it left."""

import json
import socket

import pytest

from playbooks.channels.base import Attachment, OutgoingMessage, Receipt
from playbooks.channels.provider import ProviderChannel
from playbooks.core.channels.providers import PROVIDERS
from tests.playbooks.channels.conftest import FakeProvider
from tests.playbooks.channels.test_smtp import message


def channel(provider: FakeProvider, key: str = "resend", **options: object) -> ProviderChannel:
    return ProviderChannel(PROVIDERS[key], secret="re_secret_key", api_url=provider.url, timeout_seconds=1, **options)


def test_provider_gets_key_message_id_and_one_click_headers(provider: FakeProvider) -> None:
    found = channel(provider).send(message())
    assert (found.receipt, found.provider_ref) == (Receipt.ACCEPTED, "ref-1")
    request = provider.log()[0]
    sent = json.loads(request["body"])
    assert request["headers"]["idempotency-key"] == "pn-1-abc"
    assert request["headers"]["authorization"] == "Bearer re_secret_key"
    assert sent["headers"]["Message-ID"] == "<abc@example.com>"
    assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert json.loads(sent["headers"]["X-Metadata"]) == {"message": "<abc@example.com>"}
    assert (sent["subject"], sent["text"], sent["html"]) == (
        "Grüße – about your renewal",
        "Hello Ada",
        "<p>Hello Ada</p>",
    )


def test_provider_asked_twice_with_one_key_answers_with_the_first(provider: FakeProvider) -> None:
    """Dropped after it was taken: the end is unknown, and the same key brings the first result, not a second mail."""
    provider.answer_next({"drop": True})
    mail = channel(provider)
    assert mail.send(message()).receipt is Receipt.UNKNOWN
    assert [mail.send(message()).provider_ref for _ in range(2)] == ["ref-1", "ref-1"]
    assert {request["headers"]["idempotency-key"] for request in provider.log()} == {"pn-1-abc"}


@pytest.mark.parametrize(
    ("order", "receipt", "wait", "is_about_message"),
    [
        ({"status": 429, "headers": {"Retry-After": "17"}}, Receipt.TRY_LATER, 17.0, False),
        ({"status": 503}, Receipt.TRY_LATER, None, False),
        ({"status": 401}, Receipt.TRY_LATER, None, False),
        ({"status": 500}, Receipt.UNKNOWN, None, False),
        ({"status": 409}, Receipt.UNKNOWN, None, False),
        ({"status": 422}, Receipt.REFUSED, None, True),
        ({"sleep": 2.5}, Receipt.UNKNOWN, None, False),
    ],
)
def test_provider_answer_is_read_as_what_it_proves(
    provider: FakeProvider, order: dict, receipt: Receipt, wait: float | None, is_about_message: bool
) -> None:
    provider.answer_next(order)
    found = channel(provider).send(message())
    assert (found.receipt, found.retry_after_seconds, found.is_about_message) == (receipt, wait, is_about_message)
    assert "re_secret_key" not in found.reason


def test_provider_that_cannot_be_reached_took_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = channel(FakeProvider(port=port)).send(message())
    assert found.receipt is Receipt.TRY_LATER


def test_postmark_keeps_our_id_and_follows_only_when_asked(provider: FakeProvider) -> None:
    for is_tracking in (False, True):
        assert channel(provider, "postmark", is_tracking=is_tracking).send(message()).receipt is Receipt.ACCEPTED
    first, second = (json.loads(request["body"]) for request in provider.log())
    named = {each["Name"]: each["Value"] for each in first["Headers"]}
    assert (named["Message-ID"], named["X-PM-KeepID"]) == ("<abc@example.com>", "true")
    assert first["Metadata"] == {"message": "<abc@example.com>"}
    assert (first["TrackOpens"], second["TrackOpens"]) == (False, True)


def test_mailgun_sends_from_the_domain_of_the_sender(provider: FakeProvider) -> None:
    assert channel(provider, "mailgun").send(message()).receipt is Receipt.ACCEPTED
    request = provider.log()[0]
    assert request["path"] == "/example.com/messages"
    assert "h:Message-Id" in request["body"] or "h%3AMessage-Id" in request["body"]


def test_invitation_goes_with_the_message(provider: FakeProvider) -> None:
    file = Attachment(name="invite.ics", content="BEGIN:VCALENDAR\r\n", content_type="text/calendar",
                      parameters={"method": "REQUEST", "charset": "utf-8"})  # fmt: skip
    given: OutgoingMessage = message(attachments=(file,))
    assert channel(provider).send(given).receipt is Receipt.ACCEPTED
    sent = json.loads(provider.log()[0]["body"])["attachments"][0]
    assert sent["filename"] == "invite.ics"
    assert sent["content_type"] == "text/calendar; method=REQUEST; charset=utf-8"


def test_message_with_a_line_break_in_a_header_never_leaves(provider: FakeProvider) -> None:
    found = channel(provider).send(message(subject="a\nBcc: everybody@example.org"))
    assert (found.receipt, found.is_about_message) == (Receipt.REFUSED, True)
    assert provider.log() == []
