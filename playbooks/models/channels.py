"""How messages leave a workspace and what comes back: the channel chosen, its secrets and breaker, what was told of it.

Secrets are sealed; nothing here holds one that can be read.
"""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ChannelSetting(WorkspaceModel):
    """The channel a workspace chose for its messages; without a row the installation's own is used."""

    kind = models.CharField(max_length=20, help_text="installation, console, smtp or provider")
    provider = models.CharField(max_length=30, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    reply_domain = models.CharField(max_length=200, blank=True, help_text="replies come to r+<message>@ this domain")
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=587)
    user = models.CharField(max_length=200, blank=True)
    is_tracking = models.BooleanField(default=False, help_text="opens and clicks are followed")
    door = models.CharField(max_length=60, blank=True, help_text="the part of the event address nobody can guess")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="channel_one_a_workspace"),
            models.CheckConstraint(
                condition=Q(kind__in=["installation", "console", "smtp", "provider"]), name="channel_kind_known"
            ),
        ]


class ChannelSecret(WorkspaceModel):
    """A secret of a channel or of a webhook target, sealed for its place; replaced, never read back to a person."""

    place = models.CharField(max_length=60, help_text="api, password, events, url:<target>, signing:<target>")
    sealed = models.TextField(help_text="AES-256-GCM, bound to workspace and place")
    hint = models.CharField(max_length=60, blank=True, help_text="what may be shown of it: its last letters, its host")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "place"], name="channel_secret_once")]


class Circuit(WorkspaceModel):
    """The breaker of one channel or webhook target; `document` is the core's state, the rest is shown."""

    name = models.CharField(max_length=60, help_text="mail:<channel> or webhook:<target>")
    document = models.JSONField(default=dict)
    last_error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="circuit_once")]


class ChannelTrial(WorkspaceModel):
    """A test message to the person who asked for it: sent by whoever pumps next, with what the channel answered."""

    channel = models.CharField(max_length=30, blank=True)
    to_address = models.CharField(max_length=254)
    state = models.CharField(max_length=10, default="waiting", help_text="waiting, sent or failed")
    answer = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "id"], name="trial_waiting", condition=Q(state="waiting"))]


class DeliveryEvent(WorkspaceModel):
    """One thing a provider told about a message. `event_key` makes a repetition harmless; rows are only added to."""

    message = WorkspaceForeignKey("playbooks.Message", related_name="delivery_events", null=True)
    contact = WorkspaceForeignKey("renewals.Contact", related_name="delivery_events", null=True)
    source = models.CharField(max_length=30, help_text="who told it: a provider, or mail for a bounce by mail")
    event_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=254, blank=True)
    provider_ref = models.CharField(max_length=200, blank=True)
    own_id = models.CharField(max_length=250, blank=True, help_text="our Message-ID, where it was told")
    detail = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="what follows from it has been done")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "event_key"], name="delivery_event_once")]
        indexes = [
            models.Index(fields=["workspace", "message", "occurred_at"], name="delivery_event_message"),
            models.Index(fields=["workspace", "contact", "kind", "occurred_at"], name="delivery_event_contact"),
            models.Index(fields=["workspace", "id"], name="delivery_event_open", condition=Q(settled_at__isnull=True)),
        ]


class InboundMessage(WorkspaceModel):
    """A mail that came in, with what it was read as; matched to our message where it answers one."""

    message = WorkspaceForeignKey("playbooks.Message", related_name="replies", null=True)
    contact = WorkspaceForeignKey("renewals.Contact", related_name="inbound_messages", null=True)
    message_key = models.CharField(max_length=250, help_text="their Message-ID, else the hash of the mail")
    kind = models.CharField(max_length=20)
    mark = models.CharField(max_length=60, blank=True, help_text="by what its kind was known")
    returns_on = models.DateField(null=True)
    from_address = models.CharField(max_length=254, blank=True)
    answers = models.JSONField(default=list, help_text="the Message-IDs it answers, the nearest first")
    subject = models.CharField(max_length=300, blank=True)
    text_body = models.TextField(blank=True)
    calendar_text = models.TextField(blank=True, help_text="the answer to an invitation as it came")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="what follows from it has been done")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "message_key"], name="inbound_once")]
        indexes = [
            models.Index(fields=["workspace", "message"], name="inbound_message"),
            models.Index(fields=["workspace", "id"], name="inbound_open", condition=Q(settled_at__isnull=True)),
        ]


class MessageEdit(WorkspaceModel):
    """A message as a person changed it before it left: the diff from what the template gave, who and when."""

    append_only = True

    message = WorkspaceForeignKey("playbooks.Message", related_name="edits")
    template_subject = models.CharField(max_length=300, help_text="as the template gave it")
    template_text = models.TextField(help_text="as the template gave it")
    subject = models.CharField(max_length=300)
    text_body = models.TextField()
    diff = models.JSONField(default=list, help_text="lines that differ from the template, - and +")
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["workspace", "message", "-id"], name="message_edit_latest")]


@track
class WebhookTarget(WorkspaceModel):
    """An address outside that is told about things inside: a chat channel, or a program that checks our signature."""

    name = models.CharField(max_length=80)
    style = models.CharField(max_length=10, help_text="chat (a text, as Slack takes it) or signed (Standard Webhooks)")
    host = models.CharField(max_length=253, help_text="what may be shown of the address; the rest is sealed")
    topics = models.JSONField(default=list, help_text="escalation, digest, step")
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="webhook_target_once")]


class WebhookPost(WorkspaceModel):
    """One thing to tell one target, at least once; `post_key` is the id it carries, the same on every attempt."""

    target = WorkspaceForeignKey("playbooks.WebhookTarget", related_name="posts")
    post_key = models.CharField(max_length=120)
    topic = models.CharField(max_length=30)
    body = models.JSONField()
    state = models.CharField(max_length=10, default="waiting", help_text="waiting, done or failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    last_answer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "target", "post_key"], name="webhook_post_once")]
        indexes = [models.Index(fields=["workspace", "next_at"], name="webhook_post_due", condition=Q(state="waiting"))]
