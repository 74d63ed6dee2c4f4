"""What every channel must do, asked of each alike; and what SMTP knows about the moment a connection breaks."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from playbooks.channels.base import Channel, OutgoingMessage, Receipt
from playbooks.channels.console import ConsoleChannel
from playbooks.channels.smtp import SmtpChannel, SmtpServer, mail_from

SPOKEN = (b"EHLO", b"MAIL", b"RCPT", b"DATA")


class Inbox:
    """Keeps what a mail server was given and answers as it is told."""

    def __init__(self, answer: str = "250 kept", rcpt: str = "") -> None:
        """Answer the content with `answer`, and the recipient with `rcpt` if given."""
        self.answer, self.rcpt = answer, rcpt
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802  # the name and the arguments are aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse the recipient."""
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        """Keep the message."""
        self.envelopes.append(envelope)
        return self.answer


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[SmtpChannel]:
    """A channel to a mail server of our own on loopback."""
    controller = Controller(inbox, hostname="127.0.0.1", port=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    try:
        yield SmtpChannel(SmtpServer(host="127.0.0.1", port=controller.port), timeout_seconds=3)
    finally:
        controller.stop()


@contextmanager
def console() -> Iterator[Channel]:
    """The default channel."""
    yield ConsoleChannel()


@contextmanager
def smtp() -> Iterator[Channel]:
    """SMTP with a server that takes everything."""
    with mail_server(Inbox()) as channel:
        yield channel


def message(**changes: object) -> OutgoingMessage:
    """A message with everything in it."""
    fields: dict[str, object] = {
        "idem_key": "pn-1-abc",
        "message_id": "<abc@example.com>",
        "message_class": "relationship",
        "to_address": "ada@example.org",
        "to_name": "Ada Vögel",
        "from_address": "Perennial <renewals@example.com>",
        "subject": "Grüße – about your renewal",
        "text_body": "Hello Ada",
        "html_body": "<p>Hello Ada</p>",
        "headers": {
            "List-Unsubscribe": "<https://example.com/unsubscribe/x/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }
    return OutgoingMessage(**(fields | changes))


@pytest.mark.parametrize("make", [console, smtp])
def test_channel_accepts_and_names_a_reference(make: Callable[[], object]) -> None:
    """The contract: accepted, with a reference, and twice the same message is twice accepted."""
    with make() as channel:
        for _ in range(2):
            result = channel.send(message())
            assert (result.receipt, bool(result.provider_ref)) == (Receipt.ACCEPTED, True)


@pytest.mark.parametrize("make", [console, smtp])
def test_channel_says_what_it_is(make: Callable[[], object]) -> None:
    """Name, idempotency and a time-out shorter than any lease."""
    with make() as channel:
        assert channel.name
        assert channel.honours_idempotency_key in (True, False)
        assert 0 < channel.timeout_seconds < 30


def test_mail_carries_our_id_both_parts_and_one_click_headers() -> None:
    """RFC 5322 and RFC 8058, with text beyond ASCII."""
    mail = mail_from(message())
    assert mail["Message-ID"] == "<abc@example.com>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == "Grüße – about your renewal"


@pytest.mark.parametrize(
    ("inbox", "expected"),
    [
        (Inbox(answer="250 kept"), Receipt.ACCEPTED),
        (Inbox(answer="451 try later"), Receipt.TRY_LATER),
        (Inbox(answer="554 refused"), Receipt.REFUSED),
        (Inbox(rcpt="550 no such user"), Receipt.REFUSED),
        (Inbox(rcpt="450 mailbox busy"), Receipt.TRY_LATER),
    ],
)
def test_smtp_reads_the_answer_of_the_server(inbox: Inbox, expected: Receipt) -> None:
    """A code of the 500s is for good, one of the 400s for now."""
    with mail_server(inbox) as channel:
        assert channel.send(message()).receipt is expected


def test_smtp_without_a_server_was_certainly_not_accepted() -> None:
    """A refused connection may be tried again without a doubt."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert SmtpChannel(SmtpServer(host="127.0.0.1", port=port), timeout_seconds=1).send(message()).receipt is (
        Receipt.TRY_LATER
    )


def hang_up_after_the_content(server: socket.socket) -> None:
    """Speak SMTP until the message is over, then go without an answer."""
    talk, _ = server.accept()
    with talk, talk.makefile("rb") as lines:
        talk.sendall(b"220 here\r\n")
        for line in lines:
            if line.strip() == b".":
                return
            verb = line[:4].upper()
            talk.sendall({b"DATA": b"354 go on\r\n"}.get(verb, b"250 fine\r\n") if verb in SPOKEN else b"")


def test_smtp_that_loses_the_server_after_the_content_does_not_know() -> None:
    """The server reads the content and hangs up without an answer: nobody knows."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        thread = threading.Thread(target=hang_up_after_the_content, args=(server,))
        thread.start()
        channel = SmtpChannel(SmtpServer(host="127.0.0.1", port=server.getsockname()[1]), timeout_seconds=3)
        assert channel.send(message()).receipt is Receipt.UNKNOWN
        thread.join()


def test_mail_that_cannot_be_written_is_refused_for_good() -> None:
    """A line break in a header is never sent and never tried again."""
    channel = SmtpChannel(SmtpServer(host="127.0.0.1", port=9), timeout_seconds=1)
    assert channel.send(message(subject="a\nBcc: everybody@example.org")).receipt is Receipt.REFUSED
