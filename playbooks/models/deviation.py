"""What people did otherwise than the playbook says, and why: the record that the deviation rate counts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Deviation(WorkspaceModel):
    """One change to one step of one enrolment. Nothing is changed afterwards: the latest row of a step holds."""

    append_only = True

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="deviations", db_index=False)
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", related_name="deviations", db_index=False)
    step_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    due_on = models.DateField(null=True, help_text="the day a person chose")
    planned_on = models.DateField(null=True, help_text="the day the playbook had planned")
    what = models.CharField(max_length=200, blank=True, help_text="what is done instead")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["skip", "retime", "swap", "alternative", "as_planned"]),
                name="deviation_kind_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deviation_with_reason"),
            models.CheckConstraint(
                condition=~Q(kind__in=["retime", "swap"]) | Q(due_on__isnull=False), name="deviation_moved_to_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "enrolment", "step_key", "-id"], name="deviation_latest"),
            models.Index(fields=["workspace", "version"], name="deviation_version"),
        ]
