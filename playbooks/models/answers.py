"""What people said within a playbook: answers of forms, and decisions on approvals. Facts with a day and a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class StepAnswer(WorkspaceModel):
    """One answer to one question of one step; a later answer does not delete an earlier one."""

    append_only = True

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="answers", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    step_key = models.CharField(max_length=60)
    field_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, help_text="text, long_text, number, date, choice, yes_no")
    value = models.TextField(help_text="as entered: dates in ISO form, yes and no as true and false")
    answered_by = models.CharField(max_length=150)
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "enrolment", "answered_at"], name="answer_enrolment")]


@track
class StepApproval(WorkspaceModel):
    """A question to somebody else: pending until approved, rejected, withdrawn or timed out, exactly once."""

    step_run = WorkspaceForeignKey("playbooks.StepRun", related_name="approvals", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="approvals")
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    step_key = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    roles = models.JSONField(default=list, help_text="who may decide")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="pending")
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(help_text="silence until then is no consent")
    escalated_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "step_run"], name="approval_once_a_step"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | Q(state__in=["approved", "rejected", "withdrawn", "timed_out"], decided_at__isnull=False),
                name="approval_decided_with_time",
            ),
        ]
