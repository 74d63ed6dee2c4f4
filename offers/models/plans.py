"""Plans of offers: what was asked, how far it is, and every offer that could be made, chosen or not, with its worth."""

from django.conf import settings
from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, money
from renewals.models.ordered import OrderedRun, run_constraints, run_indexes


class OfferPlan(OrderedRun):
    """One plan, a recommendation: nothing follows from it by itself. `cursor` is how far a worker is.

    `asked` holds limits, capacity and who is kept back, as they were when it was ordered; `found` what it came to.
    """

    asked = models.JSONField(help_text="limits, capacity by owner and week, accounts kept back")
    policy_number = models.PositiveIntegerField(default=0)
    rules_number = models.PositiveIntegerField(
        null=True, help_text="version of the rules it is weighed by; 0: the shipped ones; empty: not kept then"
    )
    found = models.JSONField(default=dict, help_text="value, spend, method, what binds, the next slice of budget")
    cursor = models.BigIntegerField(default=0, help_text="the last renewal that was weighed")
    done = models.PositiveIntegerField(default=0, help_text="renewals weighed")

    class Meta:
        constraints = run_constraints("offer_plan")
        indexes = run_indexes("offer_plan")


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
