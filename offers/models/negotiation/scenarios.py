"""The options of a proposal that are compared before one of them becomes its next version."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Scenario(WorkspaceModel):
    """One option of a renewal: its wish and offer. What it costs and what the policy says is worked out when looked at.

    The letters A to E are the limit of five: two options never have the same one.
    """

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="scenarios")
    letter = models.CharField(max_length=1)
    name = models.CharField(max_length=60)
    offer = WorkspaceForeignKey("offers.Offer", null=True, related_name="+")
    wish = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="counts the edits, so that none is overwritten unseen")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=150)
    adopted_version = WorkspaceForeignKey("offers.ProposalVersion", null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    adopted_by = models.CharField(max_length=150, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "letter"],
                condition=Q(removed_at__isnull=True),
                name="scenario_letter_once",
            ),
            models.CheckConstraint(condition=Q(letter__in=["A", "B", "C", "D", "E"]), name="scenario_five_at_most"),
            models.CheckConstraint(condition=~Q(name=""), name="scenario_has_a_name"),
            models.CheckConstraint(
                condition=Q(adopted_version__isnull=True, adopted_at__isnull=True)
                | (Q(adopted_version__isnull=False, adopted_at__isnull=False) & ~Q(adopted_by="")),
                name="scenario_adopted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}: {self.name}"
