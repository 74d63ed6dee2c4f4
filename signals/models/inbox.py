"""The raw inbox: how a source is let in, every message as it came, and what is pulled.

A message is kept before it is answered and mapped afterwards, so that nothing is lost to a mapping that is wrong.
"""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Hook(WorkspaceModel):
    """The address at which a source's signed messages come in. `version` grows with each change of its secrets."""

    source = WorkspaceForeignKey("signals.Source", related_name="hooks")
    token = models.CharField(max_length=60, help_text="the part of the address that nobody can guess")
    scheme = models.CharField(max_length=20, help_text="how its messages are signed")
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source"], name="hook_once"),
            models.UniqueConstraint(fields=["workspace", "token"], name="hook_token_once"),
        ]


class SourceSecret(WorkspaceModel):
    """A secret of a source, sealed. Two live ones while one replaces the other; gone when its time has ended."""

    class Purpose(models.TextChoices):
        """What it opens: our door for them, or their door for us."""

        SIGNING = "signing"
        PULL = "pull"

    source = WorkspaceForeignKey("signals.Source", related_name="secrets")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    sealed = models.TextField(help_text="AES-256-GCM, bound to workspace, source and purpose")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ends_at = models.DateTimeField(null=True, help_text="accepted until then; empty: the current one")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source", "purpose"], condition=Q(ends_at__isnull=True), name="secret_one_current"
            )
        ]


@track
class SourceMapping(WorkspaceModel):
    """How a source's events are read: a shape, and what this source has otherwise."""

    source = WorkspaceForeignKey("signals.Source", related_name="mappings")
    shape = models.CharField(max_length=40)
    paths = models.JSONField(default=dict, help_text="field -> path, over those of the shape")
    kinds = models.JSONField(default=dict, help_text="their type -> our kind; empty: left out")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="source_mapping_once")]


class Delivery(WorkspaceModel):
    """One message as it came, and what became of it. `message_id` makes a repetition harmless."""

    class State(models.TextChoices):
        """It waits to be read, has been read, or could not be."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    source = WorkspaceForeignKey("signals.Source", related_name="deliveries")
    message_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    events_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="fate -> how many")
    verdicts = models.JSONField(default=list, help_text="the first that are not plainly accepted")
    is_incomplete = models.BooleanField(default=False, help_text="an event gave no signal; reading again may help")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "message_id"], name="delivery_once")]
        indexes = [
            models.Index(fields=["workspace", "source", "id"], name="delivery_latest"),
            models.Index(fields=["workspace", "id"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["workspace", "received_at"], name="delivery_age"),
        ]


class HookRefusal(WorkspaceModel):
    """How often a hook turned a message away on a day, and why; the sender is only told that it was."""

    hook = WorkspaceForeignKey("signals.Hook", related_name="refusals")
    refused_on = models.DateField()
    reason = models.CharField(max_length=20)
    refused_count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "hook", "refused_on", "reason"], name="hook_refusal_once")
        ]


class UnknownEvent(WorkspaceModel):
    """A type of event that no rule of a source knows; listed so that somebody decides, a few hundred at most."""

    source = WorkspaceForeignKey("signals.Source", related_name="unknown_events")
    event_type = models.CharField(max_length=120)
    events_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "event_type"], name="unknown_event_once")]


class PullTarget(WorkspaceModel):
    """A system that is pulled from, by scheme and host: its circuit breaker, shared by all pulls that call it."""

    origin = models.CharField(max_length=300, help_text="scheme, host and port")
    breaker = models.JSONField(default=dict, help_text="as renewals.core.breaker keeps it; empty is closed")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "origin"], name="pull_target_once")]


@track
class Pull(WorkspaceModel):
    """What is fetched from a source, and how its pages follow each other."""

    source = WorkspaceForeignKey("signals.Source", related_name="pulls")
    url = models.CharField(max_length=500)
    cursor_parameter = models.CharField(max_length=60, blank=True, help_text="query field that takes the cursor")
    next_path = models.CharField(max_length=200, blank=True, help_text="where a page names the next cursor or address")
    items_path = models.CharField(max_length=200, blank=True, help_text="the list of events in a page")
    header = models.CharField(max_length=60, default="Authorization", help_text="header that carries the token")
    every_minutes = models.PositiveIntegerField(default=60)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source"], name="pull_once"),
            models.CheckConstraint(condition=Q(every_minutes__gte=1), name="pull_every_minute_or_more"),
        ]


class PullState(WorkspaceModel):
    """How far a pull has come. The cursor changes in the transaction that keeps the page it led to."""

    pull = WorkspaceForeignKey("signals.Pull", related_name="states")
    cursor = models.TextField(blank=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_number = models.PositiveIntegerField(default=0, help_text="a page fetched under an older lease is dropped")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    last_ok_at = models.DateTimeField(null=True)
    pages_count = models.PositiveIntegerField(default=0)
    items_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "pull"], name="pull_state_once")]
        indexes = [models.Index(fields=["workspace", "next_at"], name="pull_due")]
