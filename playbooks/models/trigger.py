"""Rules that turn a signal or a score into work, each firing of them, and how far the sweep has read."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class TriggerRule(WorkspaceModel):
    """One version of a rule, as data. An edit is the next version; a retired one fires no more and stays readable."""

    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=150, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key", "number"], name="trigger_rule_version_once"),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=Q(retired_at__isnull=True), name="trigger_rule_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class TriggerFiring(WorkspaceModel):
    """A rule fired at an account. While it is not armed again, the same type and reason cannot fire twice."""

    rule = WorkspaceForeignKey("playbooks.TriggerRule", related_name="firings", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="+", db_index=False)
    rule_key = models.CharField(max_length=60)
    type = models.CharField(max_length=20)
    reason = models.CharField(max_length=60)
    signal_id = models.BigIntegerField(null=True, help_text="the signal that set it off")
    score_id = models.BigIntegerField(null=True, help_text="the score that set it off")
    verdict = models.CharField(max_length=20, help_text="task, enrolled, or why it could be neither")
    task = WorkspaceForeignKey("playbooks.Task", null=True, related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", null=True, related_name="+", db_index=False)
    inputs = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1, help_text="how often the same thing was seen while it was open")
    fired_at = models.DateTimeField()
    last_at = models.DateTimeField()
    rearmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "type", "reason"],
                condition=Q(rearmed_at__isnull=True),
                name="trigger_fires_once",
            )
        ]
        indexes = [models.Index(fields=["workspace", "rule_key", "-fired_at"], name="trigger_firing_rule")]


class TriggerMark(WorkspaceModel):
    """How far the trigger sweep has read what changed, per kind of change."""

    name = models.CharField(max_length=20)
    seen_until_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="trigger_mark_once")]
