"""Plans of offers: what was asked, how far it is, and every offer that could be made, chosen or not, with its worth."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, money


class OfferPlan(WorkspaceModel):
    """One plan, a recommendation: nothing follows from it by itself. `cursor` is how far a worker is.

    `asked` holds limits, capacity and who is kept back, as they were when it was ordered; `found` what it came to.
    """

    class State(models.TextChoices):
        """A running one whose worker was killed goes on at its cursor."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    asked = models.JSONField(help_text="limits, capacity by owner and week, accounts kept back")
    policy_number = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict, help_text="value, spend, method, what binds, the next slice of budget")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    ordered_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, help_text="when a worker last finished a part of it")
    finished_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0, help_text="the last renewal that was weighed")
    done = models.PositiveIntegerField(default=0, help_text="renewals weighed")
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, help_text="who cancelled it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="offer_plan_over_with_time",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="offer_plan_failed_with_reason"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-ordered_at"], name="offer_plan_newest"),
            models.Index(fields=["workspace", "id"], condition=Q(state="running"), name="offer_plan_running"),
        ]


class PlannedOffer(WorkspaceModel):
    """An offer that could be made to a renewal, or a renewal to which none can; `why` says what keeps it out.

    Amounts are in the workspace's currency; chances from 0 to 1. `outcomes` randomised ones stand behind the effect.
    """

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = WorkspaceForeignKey("offers.OfferPlan", related_name="offers", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    offer = WorkspaceForeignKey("offers.Offer", null=True, related_name="+", db_index=False)
    why = models.CharField(max_length=20, blank=True, help_text="why it is not among what could be chosen")
    is_chosen = models.BooleanField(default=False)
    value = money(null=True)
    kept = money(null=True)
    given = money(null=True)
    cost = money(null=True)
    spend = money(null=True)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    likely = models.FloatField(null=True)
    outcomes = models.PositiveIntegerField(default=0)
    tasks = models.PositiveSmallIntegerField(default=0)
    week = models.PositiveSmallIntegerField(default=0, help_text="the last in which its tasks make sense, from 0")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.CharField(max_length=120, blank=True, help_text="the level it would be asked of")
    discount_percent = models.DecimalField(max_digits=7, decimal_places=3, default=0)

    class Meta:
        indexes = [models.Index(fields=["workspace", "run", "-value"], name="planned_offer_run")]
