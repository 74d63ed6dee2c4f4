"""What changed a contract and what became of it: amendments with three dates, successions, and reviews of losses."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Amendment(WorkspaceModel):
    """A change to a contract. A date that becomes known later is a new version of it; none is ever edited."""

    contract = WorkspaceForeignKey("renewals.Contract", related_name="amendments", db_index=False)
    term = WorkspaceForeignKey("renewals.TermVersion", related_name="amendments", help_text="the version it made")
    number = models.PositiveSmallIntegerField(help_text="1 for the contract's first amendment")
    version = models.PositiveSmallIntegerField(default=1)
    effective_on = models.DateField(help_text="from this day the contract reads so, and ARR counts so")
    activated_on = models.DateField(null=True, help_text="the service runs; empty: not yet")
    accepted_on = models.DateField(null=True, help_text="the account accepted; empty: not yet")
    items = models.JSONField(default=list, help_text="what it changed, item by item")
    reason = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contract", "number", "version"], name="amendment_version_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "contract", "number"],
                condition=Q(superseded_at__isnull=True),
                name="amendment_one_live_version",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="amendment_superseded_after_recorded",
            ),
        ]


@track
class Succession(WorkspaceModel):
    """A term that went on in another contract: several into one (merged) or one into several (split)."""

    class Way(models.TextChoices):
        """How the lines went on."""

        MERGED = "merged"
        SPLIT = "split"

    way = models.CharField(max_length=10, choices=Way.choices)
    from_contract = WorkspaceForeignKey("renewals.Contract", related_name="successors", db_index=False)
    from_term = models.PositiveSmallIntegerField()
    to_contract = WorkspaceForeignKey("renewals.Contract", related_name="predecessors", db_index=False)
    to_term = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "from_contract", "from_term", "to_contract", "to_term"], name="succession_once"
            ),
            models.CheckConstraint(condition=Q(way__in=["merged", "split"]), name="succession_way_known"),
        ]
        indexes = [models.Index(fields=["workspace", "to_contract"], name="succession_to")]


@track
class LossReview(WorkspaceModel):
    """What is to be learnt from a renewal that was lost, and when to ask the account back. One per renewal."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="loss_reviews", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    win_back_on = models.DateField(null=True, help_text="the day to ask them back; empty: never")
    held_on = models.DateField(null=True)
    findings = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal"], name="loss_review_once"),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | ~Q(findings=""), name="loss_review_held_with_findings"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "due_on"], name="loss_review_open", condition=Q(held_on__isnull=True))
        ]
