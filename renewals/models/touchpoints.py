"""The append-only ledger of touchpoints, and the progress of long work."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Touchpoint(WorkspaceModel):
    """One contact with an account, by a person or by a playbook. A correction is a new row."""

    append_only = True

    class Channel(models.TextChoices):
        """How it happened."""

        EMAIL = "email"
        CALL = "call"
        MEETING = "meeting"
        IN_APP = "in_app"
        LETTER = "letter"
        OTHER = "other"

    account = WorkspaceForeignKey("renewals.Account", related_name="touchpoints")
    contact = WorkspaceForeignKey("renewals.Contact", null=True, related_name="touchpoints")
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="touchpoints")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    direction = models.CharField(max_length=8, default="outbound")
    is_automated = models.BooleanField(default=False)
    subject = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    outcome_code = models.CharField(max_length=40, blank=True)
    by_label = models.CharField(max_length=150)
    by_user = models.ForeignKey("renewals.User", on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=60, help_text="person, import, or the playbook and its version")
    origin_key = models.CharField(max_length=200, help_text="the same key is the same touchpoint")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "origin_key"], name="touchpoint_once"),
            models.CheckConstraint(
                condition=Q(direction__in=["outbound", "inbound"]), name="touchpoint_direction_known"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-occurred_at"], name="touchpoint_account")]


class Job(WorkspaceModel):
    """Long work that may be left and found again: how far it is and what it reported."""

    class State(models.TextChoices):
        """A job that died is found by its old heartbeat."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey("renewals.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="job_newest")]
