"""The holdout of the whole workspace: a share of the accounts that no playbook's messages reach, version by version."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceModel


class WorkspaceHoldout(WorkspaceModel):
    """One version, the newest holds; 0 percent holds nobody out. Enrolments keep what they drew."""

    append_only = True

    number = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    salt = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="workspace_holdout_number"),
            models.CheckConstraint(condition=Q(percent__lte=50) & ~Q(reason=""), name="workspace_holdout_sensible"),
        ]
