"""The decision log: what was done, what was not, and why, with the inputs and the version of the rule."""

from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Decision(WorkspaceModel):
    """One decision. The same facts give the same key, so a repeat cannot be logged as a second decision."""

    append_only = True

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="enrol, step, send, stop, replan, task")
    verdict = models.CharField(max_length=30)
    account = WorkspaceForeignKey("renewals.Account", null=True, related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", null=True, related_name="decisions", db_index=False)
    step_key = models.CharField(max_length=60, blank=True)
    rule_version = models.CharField(max_length=80)
    reasons = models.JSONField(default=list)
    inputs = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="decision_once")]
        indexes = [
            models.Index(fields=["workspace", "account", "-decided_at"], name="decision_account"),
            models.Index(fields=["workspace", "decided_at"], name="decision_time"),
        ]
