"""The channel a workspace sends through, with its secrets opened; whose address an event came to. Writes nothing."""

from dataclasses import dataclass, field

from django.conf import settings

from playbooks.channels import Channel, ConsoleChannel, SmtpChannel, SmtpServer, active_channel
from playbooks.channels.base import Envelope
from playbooks.channels.provider import ProviderChannel
from playbooks.core.channels.providers import PROVIDERS
from playbooks.models import ChannelSecret, ChannelSetting
from signals.queries.sealing import SealBroken, unseal

SMTPS_PORT = 465
PLAIN_PORTS = (25, 1025, 2525)
LONGEST_DOOR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenChannel:
    """The channel to send through and what it puts on every message."""

    channel: Channel
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDoor:
    """What is needed to read what comes to a workspace's event address."""

    workspace_id: int
    provider: str
    events_secret: str = field(repr=False)
    mail_secret: str = field(repr=False)


def secret_place(workspace_id: int, place: str) -> str:
    """Return the place that a channel's secret is sealed for."""
    return f"{workspace_id}/channel/{place}"


def channel_secret(workspace_id: int, place: str) -> str:
    """Return a secret, "" when there is none or it opens with no key of this installation."""
    sealed = ChannelSecret.objects.filter(place=place).values_list("sealed", flat=True).first()
    if sealed is None:
        return ""
    try:
        return unseal(sealed, place=secret_place(workspace_id, place))
    except SealBroken:
        return ""


def chosen_channel(workspace_id: int) -> ChosenChannel:
    """Return the workspace's own channel, else the installation's; MESSAGE_CHANNEL of the settings beats both.

    A channel whose secret cannot be opened still is the chosen one: it is refused outside, and that is seen.
    """
    row = ChannelSetting.objects.first()
    if row is None or row.kind == "installation" or getattr(settings, "MESSAGE_CHANNEL", ""):
        reply = Envelope(reply_domain=row.reply_domain if row else "")
        return ChosenChannel(channel=active_channel(), envelope=reply)
    envelope = Envelope(from_address=row.from_address, reply_domain=row.reply_domain)
    return ChosenChannel(channel=_channel_of(row), envelope=envelope)


def answers_address() -> str:
    """Return where calendars answer invitations: an address of the workspace's own reply domain, "" without one.

    Calendars write to the organiser. At the owner's own address an answer would reach the owner alone.
    """
    row = ChannelSetting.objects.first()
    return f"meetings@{row.reply_domain}" if row and row.reply_domain else ""


def event_door(door: str) -> EventDoor | None:
    """Return whose event address this is, in the workspace one is in; None when it is nobody's."""
    row = ChannelSetting.objects.filter(door=door).exclude(door="").first()
    if row is None:
        return None
    return EventDoor(
        workspace_id=row.workspace_id,
        provider=row.provider,
        events_secret=channel_secret(row.workspace_id, "events"),
        mail_secret=channel_secret(row.workspace_id, "mail"),
    )


def event_urls(door: str) -> tuple[str, str]:
    """Return the addresses for a provider's delivery events and for mail that comes in."""
    base = f"{settings.PUBLIC_URL.rstrip('/')}/api/v1/channels/{door}"
    return f"{base}/events/", f"{base}/mail/"


def _channel_of(row: ChannelSetting) -> Channel:
    if row.kind == "provider" and row.provider in PROVIDERS:
        return ProviderChannel(
            PROVIDERS[row.provider],
            secret=channel_secret(row.workspace_id, "api"),
            api_url=settings.PROVIDER_API_URLS.get(row.provider, ""),
            is_tracking=row.is_tracking,
            timeout_seconds=float(settings.EMAIL_TIMEOUT),
        )
    if row.kind == "smtp":
        return SmtpChannel(_server_of(row), timeout_seconds=float(settings.EMAIL_TIMEOUT))
    return ConsoleChannel()


def _server_of(row: ChannelSetting) -> SmtpServer:
    """A password never travels in the open: without TLS from the start, it is asked for before log-in."""
    is_tls_from_start = row.port == SMTPS_PORT
    return SmtpServer(
        host=row.host,
        port=row.port,
        user=row.user,
        password=channel_secret(row.workspace_id, "password"),
        use_ssl=is_tls_from_start,
        use_tls=not is_tls_from_start and (bool(row.user) or row.port not in PLAIN_PORTS),
    )
