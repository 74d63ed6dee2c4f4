"""What is ahead, as the calendar reads it: rewritten by a sweep when a plan changes, and daily. It decides nothing."""

from django.conf import settings
from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class Projection(WorkspaceModel):
    """When a renewal was projected, how far, and what from; a different `state_key` means that its plan has changed."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    state_key = models.CharField(max_length=32)
    projected_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "renewal"], name="projection_once")]


class ProjectedTouch(WorkspaceModel):
    """One touch or milestone ahead. `effect` is what comes of it; `loose` what it still hangs on (nothing: firm)."""

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    playbook_key = models.CharField(max_length=60, blank=True)
    step_key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    intended_outcome = models.TextField(blank=True)
    kind = models.CharField(max_length=30)
    effect = models.CharField(max_length=12)
    at = models.DateTimeField()
    local_on = models.DateField()
    local_at = models.TimeField(null=True, help_text="none for a milestone: it lasts all day")
    zone = models.CharField(max_length=64, blank=True)
    zone_of = models.CharField(max_length=12, blank=True)
    is_firm = models.BooleanField()
    moves = models.PositiveIntegerField(default=0, help_text="how often its time was moved; feeds tell it")
    loose = models.JSONField(default=list)
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "local_on", "owner"], name="projected_day"),
            models.Index(fields=["workspace", "owner", "local_on"], name="projected_owner"),
            models.Index(fields=["workspace", "account", "local_on"], name="projected_account"),
            models.Index(fields=["workspace", "renewal"], name="projected_renewal"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class CalendarFeed(WorkspaceModel):
    """A person's address for their own calendar program. Only the hash of its secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=4, help_text="own, team")
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "secret_hash"], name="calendar_feed_once"),
            models.CheckConstraint(condition=models.Q(scope__in=["own", "team"]), name="calendar_feed_scope"),
        ]


class CalendarFeedUse(WorkspaceModel):
    """How often a feed was asked for within its hour, and when last. No history: programs ask day and night."""

    feed = WorkspaceForeignKey("playbooks.CalendarFeed", related_name="uses", db_index=False)
    last_used_at = models.DateTimeField()
    hour_began_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "feed"], name="calendar_feed_use_once")]
