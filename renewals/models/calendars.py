"""Days on which a workspace or an account is left alone, and holidays no calendar of a country knows."""

from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ClosedDays(WorkspaceModel):
    """A blackout (nobody is written to) or a further holiday; without an account it is the whole workspace's.

    A blackout moves messages, never tasks, contractual notices or days counted towards a notice deadline.
    """

    class Kind(models.TextChoices):
        """Blackout: no messages. Holiday: nobody works, so business days skip it."""

        BLACKOUT = "blackout"
        HOLIDAY = "holiday"

    account = WorkspaceForeignKey("renewals.Account", null=True, related_name="closed_days")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BLACKOUT)
    country = models.CharField(max_length=2, blank=True, help_text="of a holiday; empty: everywhere")
    from_on = models.DateField()
    until_on = models.DateField(help_text="last day, inclusive")
    reason = models.CharField(max_length=200)
    author = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="closed_days_forward"),
            models.CheckConstraint(condition=~Q(reason=""), name="closed_days_with_reason"),
            models.CheckConstraint(
                condition=Q(kind="blackout", country="") | Q(kind="holiday", account__isnull=True),
                name="closed_days_kind_fits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "account", "from_on"],
                name="closed_days_live",
                condition=Q(removed_at__isnull=True),
            )
        ]
        ordering = ["from_on", "id"]
