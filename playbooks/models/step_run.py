"""The schedule: one row per step of an enrolment. The due row is the queue entry, the lease and the result."""

from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class StepRun(WorkspaceModel):
    """One step at one time. Claimed by a lease on PostgreSQL's clock; `fence` refuses whoever lost the lease."""

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="step_runs", db_index=False)
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", related_name="+", db_index=False)
    step_key = models.CharField(max_length=60)
    occurrence = models.DateField()
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12, default="scheduled")
    due_at = models.DateTimeField(help_text="when to look next; moves when the step is put off")
    planned_at = models.DateTimeField(help_text="when the plan wanted it; lateness counts from here")
    due_local_on = models.DateField()
    due_local_at = models.TimeField()
    due_zone = models.CharField(max_length=64)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    claims = models.PositiveSmallIntegerField(default=0, help_text="consecutive claims that nobody finished")
    failures = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    chosen = models.CharField(max_length=60, blank=True, help_text="the path a branch took")
    input_snapshot = models.JSONField(null=True)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "enrolment", "step_key", "occurrence"], name="step_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "claimed", "waiting"], done_at__isnull=True)
                | Q(state__in=["done", "skipped", "parked"], done_at__isnull=False),
                name="step_run_ended_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease_until__isnull=False), name="step_run_claimed_with_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__gte=F("due_at")), name="step_run_not_before_due"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "due_at"],
                name="step_run_due",
                condition=Q(state__in=["scheduled", "claimed"]),
            )
        ]
