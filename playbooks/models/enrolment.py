"""A renewal inside a playbook, pinned to one version, for one contract period."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Enrolment(WorkspaceModel):
    """At most one per renewal, playbook and period. Stopping it and sending for it are ordered by its row lock."""

    playbook = WorkspaceForeignKey("playbooks.Playbook", related_name="enrolments")
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", related_name="enrolments")
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="enrolments", db_index=False)
    occurrence = models.DateField(help_text="the renewal date when it was enrolled; it never moves")
    planned_for = models.JSONField(default=dict, help_text="the contract dates the open step was planned from")
    state = models.CharField(max_length=12, default="active")
    ended_reason = models.CharField(max_length=60, blank=True)
    trigger = models.JSONField(default=dict, help_text="why it was enrolled, with the signal's id if there was one")
    paused_until_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "playbook", "renewal", "occurrence"], name="enrolment_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused", "parked"], ended_at__isnull=True, ended_reason="")
                | (Q(state__in=["completed", "exited"], ended_at__isnull=False) & ~Q(ended_reason="")),
                name="enrolment_ended_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "renewal"],
                name="enrolment_open_renewal",
                condition=Q(state__in=["active", "paused", "parked"]),
            ),
            models.Index(fields=["workspace", "account"], name="enrolment_account"),
        ]
