"""Plain SMTP. It knows no idempotency key, so it must tell "certainly not accepted" from "may have been accepted".

Everything before the DATA content is certain; a connection lost after that is unknown and never retried blindly.
"""

import smtplib
import ssl
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

from playbooks.channels.base import OutgoingMessage, Receipt, SendResult

PERMANENT_CODES = range(500, 600)
OWN_HEADERS = frozenset({"subject", "from", "to", "message-id", "content-type", "mime-version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where to hand mail over, as EMAIL_URL says."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def mail_from(message: OutgoingMessage) -> EmailMessage:
    """The RFC 5322 message: our Message-ID, plain text first, HTML as the alternative, one-click headers as given."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["Subject"] = message.subject
    mail["From"] = message.from_address
    mail["To"] = str(Address(display_name=message.to_name, addr_spec=message.to_address))
    mail["Message-ID"] = message.message_id
    for name, value in message.headers.items():
        if name.lower() not in OWN_HEADERS:
            mail[name] = value
    mail.set_content(message.text_body)
    if message.html_body:
        mail.add_alternative(message.html_body, subtype="html")
    for file in message.attachments:
        if file.is_body:
            method = {name: value for name, value in file.parameters.items() if name != "charset"}
            mail.add_alternative(file.content, subtype=file.content_type.partition("/")[2], params=method)
    for file in message.attachments:
        main, _, sub = file.content_type.partition("/")
        data = file.content.encode()
        mail.add_attachment(data, maintype=main, subtype=sub, filename=file.name, params=dict(file.parameters))
    return mail


class SmtpChannel:
    """One attempt per call over a fresh connection; a shared connection would let one bad recipient harm the next."""

    name = "smtp"
    honours_idempotency_key = False
    is_instant = False

    def __init__(self, server: SmtpServer, *, timeout_seconds: float = 10.0) -> None:
        """Remember where to send; nothing is opened yet."""
        self.server = server
        self.timeout_seconds = timeout_seconds

    def send(self, message: OutgoingMessage) -> SendResult:
        """Try once. Errors before the content was sent mean "not accepted"; after that, "unknown"."""
        try:
            mail = mail_from(message)
        except (ValueError, TypeError) as error:
            return SendResult(receipt=Receipt.REFUSED, reason=f"the message cannot be written as mail: {error}")
        try:
            connection = self._connect()
        except smtplib.SMTPResponseException as error:
            return SendResult(receipt=Receipt.TRY_LATER, reason=_spoken(error.smtp_code, error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            return SendResult(receipt=Receipt.TRY_LATER, reason=f"no connection: {error}")
        try:
            return self._hand_over(connection, mail, message)
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        server, context = self.server, ssl.create_default_context()
        if server.use_ssl:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self.timeout_seconds)
        try:
            if server.use_tls:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _hand_over(self, connection: smtplib.SMTP, mail: EmailMessage, message: OutgoingMessage) -> SendResult:
        try:
            connection.ehlo_or_helo_if_needed()
            sender = mail["From"].addresses[0].addr_spec
            code, answer = connection.mail(sender)
            if code == 250:
                code, answer = connection.rcpt(message.to_address)
                if code not in (250, 251):
                    return replace(_not_accepted(code, answer), is_about_message=True)
            else:
                return _not_accepted(code, answer)
        except (OSError, smtplib.SMTPException) as error:
            return SendResult(receipt=Receipt.TRY_LATER, reason=f"before the content: {error}")
        try:
            code, answer = connection.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            return _not_accepted(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            return SendResult(receipt=Receipt.UNKNOWN, reason=f"after the content: {error}")
        if code == 250:
            return SendResult(receipt=Receipt.ACCEPTED, provider_ref=answer.decode("utf-8", "replace")[:200])
        return _not_accepted(code, answer)


def _not_accepted(code: int, answer: bytes | str) -> SendResult:
    if code == -1:
        return SendResult(receipt=Receipt.UNKNOWN, reason="the server closed the connection")
    receipt = Receipt.REFUSED if code in PERMANENT_CODES else Receipt.TRY_LATER
    return SendResult(receipt=receipt, reason=_spoken(code, answer))


def _spoken(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"[:300]
