"""How messages leave a workspace: the channel, its state, its event addresses, targets outside. Reads no secret."""

from dataclasses import dataclass

from dashboards.core.channels import CHANNELS, fault_words
from dashboards.core.dates import age_words, instant_cell
from dashboards.core.parts import Cell, Column, Reason, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.settings import PARTS
from dashboards.queries.settings import PATH as SETTINGS
from playbooks.core.channels.providers import PROVIDERS, Provider
from playbooks.models import ChannelSecret, ChannelSetting, ChannelTrial, WebhookPost, WebhookTarget
from playbooks.queries.channels import chosen_channel, event_urls
from playbooks.queries.circuits import open_circuits
from renewals.core.roles import can

PATH = "/settings/channels/"
IN_DOUBT = "It knows no idempotency key: a message that may have left is held and shown to a person."
HONOURS = "It honours our key: an unclear end is tried again without a second copy."
TRIAL_STATES = {"waiting": "watch", "sending": "watch", "sent": "good", "failed": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """One target outside; `href` takes the POST that stops or resumes it."""

    id: int
    name: str
    state: str
    state_tag: str
    facts: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPage:
    """The page of channels; `circuits` are those out of order, `initial` what the form begins with."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    facts: tuple[tuple[str, str], ...]
    note: str
    circuits: tuple[Reason, ...]
    circuit_names: tuple[str, ...]
    trials: Table
    targets: tuple[TargetLine, ...]
    event_url: str
    mail_url: str
    secrets: tuple[str, ...]
    is_events_secret_ours: bool
    is_provider: bool
    initial: dict[str, object]
    may_change: bool


def settings_tabs(current: str) -> tuple[Tab, ...]:
    """Return the tabs of the settings with one of them marked."""
    parts = tuple(Tab(text=text, href=f"{SETTINGS}?part={key}", is_current=False) for key, text in PARTS.items())
    return (*parts, Tab(text="Channels", href=PATH, is_current=current == "channels"))


def channels_page(asker: Asker) -> ChannelsPage:
    """Return what is chosen, how it goes and who is told outside."""
    row = ChannelSetting.objects.first()
    chosen = chosen_channel(asker.workspace.id)
    event_url, mail_url = event_urls(row.door) if row and row.door else ("", "")
    faults = open_circuits()
    provider = PROVIDERS.get(row.provider) if row and row.kind == "provider" else None
    return ChannelsPage(
        title=_title(provider, chosen.channel.name),
        unit="Choosing a channel holds from the next message on",
        tabs=settings_tabs("channels"),
        facts=_facts(row, chosen.envelope.from_address),
        note=HONOURS if chosen.channel.honours_idempotency_key else IN_DOUBT,
        circuits=tuple(Reason(text=fault_words(each, now=asker.now), state="bad") for each in faults),
        circuit_names=tuple(each.name for each in faults),
        trials=_trials(asker),
        targets=_targets(asker),
        event_url=event_url if provider else "",
        mail_url=mail_url,
        secrets=_secrets(asker),
        is_events_secret_ours=bool(provider and provider.is_event_secret_ours),
        is_provider=provider is not None,
        initial=_initial(row),
        may_change=can(asker.member, "settings.change"),
    )


def _title(provider: Provider | None, channel: str) -> str:
    if channel == "console":
        return "No message leaves: the console keeps them"
    return f"Messages leave through {provider.name if provider else channel.upper()}"


def _facts(row: ChannelSetting | None, sender: str) -> tuple[tuple[str, str], ...]:
    if row is None:
        return (("Chosen", CHANNELS["installation"]),)
    place = PROVIDERS[row.provider].name if row.kind == "provider" and row.provider in PROVIDERS else row.host
    return (
        ("Chosen", CHANNELS[row.kind] + (f": {place}" if place else "")),
        ("Sender", sender or "As the installation has it"),
        ("Replies", f"Come back by {row.reply_domain}" if row.reply_domain else "Go to the sender, not here"),
        ("Opens and clicks", "Followed" if row.is_tracking else "Not followed"),
        ("Changed by", row.changed_by),
    )


def _secrets(asker: Asker) -> tuple[str, ...]:
    names = {"api": "API key", "password": "Password", "events": "Secret of the events", "mail": "Secret of raw mail"}
    rows = ChannelSecret.objects.filter(place__in=names).order_by("place")
    return tuple(
        f"{names[row.place]} ending in {row.hint}, kept {age_words(row.made_at, now=asker.now)} by {row.made_by}"
        for row in rows
    )


def _trials(asker: Asker) -> Table:
    zone = asker.workspace.timezone
    rows = ChannelTrial.objects.order_by("-id")[:5]
    return Table(
        caption="Test messages, newest first",
        columns=tuple(Column(title=name) for name in ("Asked", "By", "State", "What the channel said")),
        rows=tuple(
            (
                Cell(date=instant_cell(row.asked_at, now=asker.now, zone=zone)),
                Cell(text=row.asked_by),
                Cell(text=title(row.state), state=TRIAL_STATES.get(row.state, "none")),
                Cell(text=row.answer or "–"),
            )
            for row in rows
        ),
    )


def _targets(asker: Asker) -> tuple[TargetLine, ...]:
    lines = []
    for row in WebhookTarget.objects.order_by("name"):
        posts = WebhookPost.objects.filter(target=row)
        waiting, last = posts.filter(state="waiting").count(), posts.order_by("-id").first()
        said = f"last answer {last.last_answer}" if last and last.last_answer else "nothing was told yet"
        state, tag = ("Failing", "bad") if row.failing_since else ("On", "good")
        kind = "chat" if row.style == "chat" else "signed"
        facts = f"{kind} at {row.host} · {', '.join(row.topics)} · {waiting} waiting · {said}"
        state, tag = (state, tag) if row.is_active else ("Off", "none")
        lines.append(
            TargetLine(id=row.id, name=row.name, state=state, state_tag=tag, facts=facts, is_active=row.is_active)
        )
    return tuple(lines)


def _initial(row: ChannelSetting | None) -> dict[str, object]:
    names = ("kind", "provider", "host", "port", "user", "from_address", "reply_domain", "is_tracking")
    return {name: getattr(row, name) for name in names} if row else {"kind": "installation"}
