"""The forms of channels: the choice of a channel, its secrets, targets outside, and lists of who is not written to."""

from django import forms

from dashboards.core.channels import CHANNELS, CLASSES
from playbooks.core.channels.providers import PROVIDERS

SECRET = forms.PasswordInput(attrs={"autocomplete": "off"})
PROVIDER_CHOICES = [("", "–"), *((each.key, each.name) for each in PROVIDERS.values())]
PORTS = [(587, "587, encrypted on request"), (465, "465, encrypted from the start"), (25, "25, a relay of your own")]
TOPICS = [
    ("escalation", "Escalations"),
    ("digest", "The queue of each team, every working day"),
    ("weekly_digest", "The queue of each team, every week"),
    ("step", "Steps of playbooks"),
]
STYLES = [("chat", "A chat channel (incoming webhook)"), ("signed", "A program that checks our signature")]
LISTED = [(key, words[0]) for key, words in CLASSES.items() if key != "security"]
ORIGINS = [("manual", "They told one of us"), ("imported", "A list from another system"), ("legal", "A legal reason")]


class ChannelForm(forms.Form):
    """What messages leave through. The secret is only ever entered, never shown."""

    kind = forms.ChoiceField(label="Channel", choices=list(CHANNELS.items()))
    provider = forms.ChoiceField(label="Provider", choices=PROVIDER_CHOICES, required=False)
    host = forms.CharField(label="Mail server", max_length=200, required=False)
    port = forms.TypedChoiceField(label="Port", choices=PORTS, coerce=int, required=False, empty_value=587)
    user = forms.CharField(label="User at the mail server", max_length=200, required=False)
    secret = forms.CharField(
        label="API key or password",
        max_length=500,
        required=False,
        widget=SECRET,
        help_text="Leave it empty to keep the one there is.",
    )
    from_address = forms.CharField(
        label="Sender", max_length=254, required=False, help_text="Such as: Acme renewals <renewals@acme.example>"
    )
    reply_domain = forms.CharField(
        label="Domain for replies",
        max_length=200,
        required=False,
        help_text="Mail to this domain comes back here, so that a reply stops the cadence.",
    )
    is_tracking = forms.BooleanField(
        label="Follow opens and clicks (personal data; off unless you may)", required=False
    )


class EventsSecretForm(forms.Form):
    """The signing key of a provider; empty where we make it."""

    secret = forms.CharField(label="Signing key of the provider", max_length=500, required=False, widget=SECRET)


class TargetForm(forms.Form):
    """An address outside that is told about things inside."""

    name = forms.CharField(label="Name", max_length=80)
    style = forms.ChoiceField(label="What it is", choices=STYLES)
    url = forms.CharField(label="Address", max_length=500, widget=SECRET, help_text="https only; kept sealed.")
    topics = forms.MultipleChoiceField(label="It is told of", choices=TOPICS, widget=forms.CheckboxSelectMultiple)


class SuppressionForm(forms.Form):
    """Whom not to write to, in which class, and why."""

    addresses = forms.CharField(
        label="Addresses, one a line", widget=forms.Textarea(attrs={"rows": 4}), max_length=400_000
    )
    message_class = forms.ChoiceField(label="Class of message", choices=LISTED)
    origin = forms.ChoiceField(label="Where the wish comes from", choices=ORIGINS)
    reason = forms.CharField(label="Reason", max_length=300)


class MessageForm(forms.Form):
    """The words of one message."""

    subject = forms.CharField(label="Subject", max_length=200)
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 16}), max_length=60_000, strip=False)
