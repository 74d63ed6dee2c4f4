"""What a person has to do, with exactly one accountable assignee."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Task(WorkspaceModel):
    """A piece of human work. Snoozed still counts as open; `origin_key` makes the same cause one task."""

    origin_key = models.CharField(max_length=200, help_text="the same key is the same task")
    step_run = WorkspaceForeignKey("playbooks.StepRun", null=True, related_name="tasks", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", null=True, related_name="tasks")
    message = WorkspaceForeignKey("playbooks.Message", null=True, related_name="tasks", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="tasks", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="tasks", db_index=False)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200)
    instructions = models.TextField(blank=True)
    why = models.JSONField(default=list)
    kind = models.CharField(max_length=20, default="task", help_text="the kind of step it comes from")
    form = models.JSONField(default=list, help_text="what is asked for, for an information request")
    outcomes = models.JSONField(default=list, help_text="the outcome codes to choose from")
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="open")
    snoozed_until_on = models.DateField(null=True)
    snooze_reason = models.CharField(max_length=200, blank=True)
    outcome_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "origin_key"], name="task_once"),
            models.UniqueConstraint(
                fields=["workspace", "step_run"], condition=Q(step_run__isnull=False), name="task_once_a_step"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "snoozed"], completed_at__isnull=True)
                | Q(state="done", completed_at__isnull=False)
                | (Q(state="cancelled", completed_at__isnull=True) & ~Q(ended_reason="")),
                name="task_done_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="snoozed") | (Q(snoozed_until_on__isnull=False) & ~Q(snooze_reason="")),
                name="task_snoozed_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "renewal", "due_on"],
                name="task_open_renewal",
                condition=Q(state__in=["open", "snoozed"]),
            ),
            models.Index(
                fields=["workspace", "assignee", "due_on"],
                name="task_open_assignee",
                condition=Q(state__in=["open", "snoozed"]),
            ),
            models.Index(fields=["workspace", "account"], name="task_account"),
            models.Index(fields=["workspace", "updated_at"], name="task_changed"),
        ]

    def __str__(self) -> str:
        return self.title
