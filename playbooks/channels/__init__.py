"""The ways a message can leave. Which one is in use follows from the settings; adding one is adding a file."""

from django.conf import settings
from django.utils.module_loading import import_string

from playbooks.channels.base import Channel, OutgoingMessage, Receipt, SendResult
from playbooks.channels.console import ConsoleChannel
from playbooks.channels.smtp import SmtpChannel, SmtpServer

__all__ = ["Channel", "OutgoingMessage", "Receipt", "SendResult", "active_channel"]


def active_channel() -> Channel:
    """The channel of this installation: MESSAGE_CHANNEL (a dotted path) if set, SMTP if EMAIL_URL names a host, else
    the console, which keeps messages here."""
    path = getattr(settings, "MESSAGE_CHANNEL", "")
    if path:
        chosen: Channel = import_string(path)()
        return chosen
    if not settings.EMAIL_HOST:
        return ConsoleChannel()
    server = SmtpServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_tls=settings.EMAIL_USE_TLS,
        use_ssl=settings.EMAIL_USE_SSL,
    )
    return SmtpChannel(server, timeout_seconds=float(settings.EMAIL_TIMEOUT))
