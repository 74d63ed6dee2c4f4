"""When one of ours is away, and what becomes of their work meanwhile."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Absence(WorkspaceModel):
    """Days a colleague is away. Each kind of work goes to the delegate or waits for the return, and comes back then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    from_on = models.DateField()
    until_on = models.DateField(help_text="the last day away")
    treatments = models.JSONField(default=dict, help_text="kind of step: delegate or shift; what is left out delegates")
    reason = models.CharField(max_length=200, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True, help_text="when the work was handed back")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="absence_forward"),
            models.CheckConstraint(
                condition=Q(delegate__isnull=True) | ~Q(delegate=F("user")), name="absence_delegate_is_another"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "user"],
                name="absence_open",
                condition=Q(returned_at__isnull=True, cancelled_at__isnull=True),
            )
        ]


class TaskMove(WorkspaceModel):
    """A task moved for want of hands: to a delegate, to a later day. The way back stands in the row."""

    append_only = True

    task = WorkspaceForeignKey("playbooks.Task", related_name="moves")
    absence = WorkspaceForeignKey("playbooks.Absence", null=True, related_name="moves")
    because = models.CharField(max_length=20, help_text="absence, return, capacity")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    to_on = models.DateField()
    reasons = models.JSONField(default=list)
    moved_at = models.DateTimeField()
