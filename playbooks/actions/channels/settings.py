"""Choose the channel of a workspace and keep its secrets; who did it is on record by the history of the row."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from django.db import transaction

from playbooks.actions.channels.secrets import drop_secret, keep_secret
from playbooks.core.channels.providers import PROVIDERS
from playbooks.models import ChannelSetting
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownChoice
from renewals.core.text import check_email, check_line
from signals.core.sources.signatures import format_secret

KINDS = ("installation", "console", "smtp", "provider")
SMTP_PORTS = (25, 465, 587, 1025, 2525)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTerms:
    """The choice as it is entered; an empty `secret` keeps the one there is."""

    kind: str
    provider: str = ""
    from_address: str = ""
    reply_domain: str = ""
    host: str = ""
    port: int = 587
    user: str = ""
    is_tracking: bool = False
    secret: str = field(default="", repr=False)


@transaction.atomic
def choose_channel(*, terms: ChannelTerms, by: Actor, now: datetime) -> ChannelSetting:
    """Keep the channel; messages use it from the commit on. Raises UnknownChoice, InvalidInput, RequiredValueMissing.

    Another provider or server forgets the secret of the one before: it is never shown to a stranger.
    """
    _check(terms)
    row = ChannelSetting.objects.select_for_update().first()
    row = row or ChannelSetting(workspace_id=by.workspace_id, door=f"{by.workspace_id}-{secrets.token_urlsafe(24)}")
    is_another = (row.kind, row.provider, row.host) != (terms.kind, terms.provider, terms.host)
    for name in ("kind", "provider", "from_address", "reply_domain", "host", "port", "user", "is_tracking"):
        setattr(row, name, getattr(terms, name))
    row.changed_at, row.changed_by = now, by.label[:150]
    row.save()
    place = {"provider": "api", "smtp": "password"}.get(terms.kind, "")
    if is_another:
        for each in ("api", "password", "events"):
            drop_secret(place=each, by=by, now=now)
    if terms.secret and place:
        keep_secret(place=place, text=terms.secret, hint=terms.secret[-4:], by=by, now=now)
    return row


@transaction.atomic
def replace_events_secret(*, secret: str, by: Actor, now: datetime) -> str:
    """Keep the secret that a provider's events prove themselves by; returns what is shown once, "" if it is theirs.

    The one before is refused from the commit on. Raises InvalidInput.
    """
    row = _own()
    provider = PROVIDERS.get(row.provider)
    if row.kind != "provider" or provider is None:
        raise InvalidInput("Only a mail provider sends events.", remedy="Choose a provider first.")
    if provider.is_event_secret_ours:
        made = secrets.token_urlsafe(24)
        keep_secret(place="events", text=made, hint=made[-4:], by=by, now=now)
        return made
    if not secret:
        raise RequiredValueMissing("Paste the signing key that the provider shows.", where="secret")
    keep_secret(place="events", text=secret, hint=secret[-4:], by=by, now=now)
    return ""


@transaction.atomic
def replace_mail_secret(*, by: Actor, now: datetime) -> str:
    """Make the secret that raw mail sent to us is signed with; returned to be shown once."""
    _own()
    made = format_secret(secrets.token_bytes(32))
    keep_secret(place="mail", text=made, hint=made[-4:], by=by, now=now)
    return made


def _own() -> ChannelSetting:
    row = ChannelSetting.objects.select_for_update().first()
    if row is None:
        raise InvalidInput("No channel has been chosen yet.", remedy="Choose the channel first.")
    return row


def _check(terms: ChannelTerms) -> None:
    if terms.kind not in KINDS:
        raise UnknownChoice(f"'{terms.kind[:40]}' is no channel.", remedy=f"Allowed: {', '.join(KINDS)}.")
    if terms.kind == "provider" and terms.provider not in PROVIDERS:
        raise UnknownChoice("Choose the provider.", where="provider", remedy=f"Allowed: {', '.join(PROVIDERS)}.")
    check_line(terms.from_address, label="Sender", longest=254)
    if terms.from_address:
        check_email(parseaddr(terms.from_address)[1])
    if terms.reply_domain and ("@" in terms.reply_domain or "." not in terms.reply_domain or " " in terms.reply_domain):
        raise InvalidInput("Enter the domain alone, such as replies.acme.example.", where="domain of replies")
    if terms.kind == "smtp":
        _check_server(terms)


def _check_server(terms: ChannelTerms) -> None:
    if not terms.host:
        raise RequiredValueMissing("Name the mail server.", where="server")
    check_line(terms.host, label="Server", longest=200)
    if terms.port not in SMTP_PORTS:
        ports = ", ".join(str(port) for port in SMTP_PORTS)
        raise InvalidInput(f"Mail is handed over at the ports {ports}.", where="port")
