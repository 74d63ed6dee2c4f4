"""A mail provider through its HTTP API (django-anymail): one attempt, our key and Message-ID on it, an honest answer.

What was certainly not accepted is told apart from what may have been: only a refused connection, "slow down" and
"not now" are certain. Reads no settings and keeps nothing.
"""

from anymail.backends.mailgun import EmailBackend as MailgunBackend
from anymail.backends.postmark import EmailBackend as PostmarkBackend
from anymail.backends.resend import EmailBackend as ResendBackend
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from anymail.message import AnymailMessage

from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.channels.smtp import OWN_HEADERS
from playbooks.core.channels.providers import Provider

BACKENDS = {"resend": ResendBackend, "postmark": PostmarkBackend, "mailgun": MailgunBackend}
# Postmark makes its own Message-ID unless it is asked to keep ours; the others read no such header.
KEEP_ID = {"X-PM-KeepID": "true"}
NOT_NOW, KEY_REFUSED = (429, 503), (401, 403)
MAY_HAVE_LEFT = (408, 409)
NO_CONNECTION = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


class ProviderChannel:
    """One provider with the workspace's key; `api_url` is the operator's other address of it, "" for the usual one."""

    is_instant = False

    def __init__(
        self,
        provider: Provider,
        *,
        secret: str,
        api_url: str = "",
        is_tracking: bool = False,
        timeout_seconds: float = 10.0,
    ) -> None:
        """Remember how to reach it; nothing is opened yet."""
        self.provider, self.name = provider, provider.key
        self.honours_idempotency_key = provider.has_key
        self.is_tracking, self.timeout_seconds = is_tracking, timeout_seconds
        self._options = {provider.api_secret: secret} | ({"api_url": api_url} if api_url else {})

    def send(self, message: OutgoingMessage) -> SendResult:
        """Try once, with the message's key in the Idempotency-Key header."""
        try:
            mail = self._mail(message)
        except (ValueError, TypeError) as error:
            return SendResult(receipt=Receipt.REFUSED, reason=f"cannot be written: {error}", is_about_message=True)
        backend = BACKENDS[self.provider.key](
            timeout=self.timeout_seconds, ignore_unsupported_features=True, **self._options
        )
        try:
            backend.open()
            backend.session.headers["Idempotency-Key"] = message.idem_key
            backend.send_messages([mail])
        except AnymailRecipientsRefused as error:
            return SendResult(receipt=Receipt.REFUSED, reason=_spoken(error), is_about_message=True)
        except AnymailRequestsAPIError as error:
            return _answer(error)
        except (AnymailError, ValueError, TypeError) as error:
            return SendResult(receipt=Receipt.REFUSED, reason=_spoken(error), is_about_message=True)
        finally:
            backend.close()
        return SendResult(receipt=Receipt.ACCEPTED, provider_ref=str(mail.anymail_status.message_id or "")[:200])

    def _mail(self, message: OutgoingMessage) -> AnymailMessage:
        headers = {name: value for name, value in message.headers.items() if name.lower() not in OWN_HEADERS}
        for value in (message.subject, message.from_address, message.to_address, *headers, *headers.values()):
            if "\r" in value or "\n" in value:
                raise ValueError("a header holds a line break")
        keep = KEEP_ID if self.provider.key == "postmark" else {}
        mail = AnymailMessage(
            subject=message.subject,
            body=message.text_body,
            from_email=message.from_address,
            to=[_address(message.to_name, message.to_address)],
            headers={"Message-ID": message.message_id, **keep, **headers},
        )
        if message.html_body:
            mail.attach_alternative(message.html_body, "text/html")
        for file in message.attachments:
            parameters = "".join(f"; {name}={value}" for name, value in file.parameters.items())
            mail.attach(file.name, file.content.encode(), f"{file.content_type}{parameters}")
        mail.metadata = {"message": message.message_id}
        if self.provider.has_tracking_choice:
            mail.track_opens = mail.track_clicks = self.is_tracking
        return mail


def _address(name: str, address: str) -> str:
    plain = "".join(letter for letter in name if letter.isprintable() and letter not in '"\\')
    return f'"{plain}" <{address}>' if plain else address


def _answer(error: AnymailRequestsAPIError) -> SendResult:
    """Return what an answer other than "accepted" says about whether the message left."""
    status, said = error.status_code, _spoken(error)
    if status is None:
        receipt = Receipt.TRY_LATER if _never_connected(error) else Receipt.UNKNOWN
        return SendResult(receipt=receipt, reason=f"no answer: {said}"[:300])
    if status in NOT_NOW:
        return SendResult(receipt=Receipt.TRY_LATER, reason=said, retry_after_seconds=_asked_wait(error))
    if status in KEY_REFUSED:
        return SendResult(receipt=Receipt.TRY_LATER, reason=f"the provider refused our key: {said}"[:300])
    if status >= 500 or status in MAY_HAVE_LEFT or status < 300:
        return SendResult(receipt=Receipt.UNKNOWN, reason=said)
    return SendResult(receipt=Receipt.REFUSED, reason=said, is_about_message=True)


def _never_connected(error: BaseException) -> bool:
    """Answer whether not even a connection was made; told by the name of the reason the HTTP library gives."""
    found: BaseException | None = error
    while found is not None:
        reasons = [getattr(part, "reason", None) for part in found.args]
        if any(type(reason).__name__ in NO_CONNECTION for reason in reasons):
            return True
        found = found.__cause__
    return False


def _asked_wait(error: AnymailRequestsAPIError) -> float | None:
    asked = error.response.headers.get("Retry-After", "") if error.response is not None else ""
    return float(asked) if asked.isdecimal() and len(asked) < 6 else None


def _spoken(error: BaseException) -> str:
    """Return the answer on one line, without what was sent."""
    return " ".join(str(error).split())[:300] or type(error).__name__
