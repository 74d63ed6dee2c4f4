"""Simulations of a policy on past decisions: what was asked, how far it is, and what came of it, row by row."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, money


class PolicySimulation(WorkspaceModel):
    """One simulation. `frozen` holds the other policy as it was when it was ordered; `cursor` how far it is."""

    class State(models.TextChoices):
        """A running one whose worker was killed goes on at its cursor."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    asked = models.JSONField(help_text="days, and which policy")
    frozen = models.JSONField(default=dict, help_text="the other policy and how it is called; empty: as it was")
    clocks = models.JSONField(default=list, help_text="median hours of answers by level and queue, each with its count")
    waiting = models.PositiveIntegerField(default=0, help_text="requests nobody had answered yet: not counted")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    ordered_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, help_text="when a worker last finished a part of it")
    finished_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0, help_text="the last renewal that was judged again")
    done = models.PositiveIntegerField(default=0, help_text="renewals judged again")
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, help_text="who cancelled it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="simulation_over_with_time",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="simulation_failed_with_reason"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-ordered_at"], name="simulation_newest"),
            models.Index(fields=["workspace", "id"], condition=Q(state="running"), name="simulation_running"),
        ]


class SimulatedDecision(WorkspaceModel):
    """One decision before and after. A way is inside, carried, own_limit, ask, refuse; "" could not be judged.

    Amounts are a year's worth in the workspace's currency, null without a rate. Hours are by the clock of the run.
    """

    class Kind(models.TextChoices):
        """A version of a proposal that was decided, or a renewal that closed without any proposal."""

        PROPOSAL = "proposal"
        CLOSING = "closing"

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = WorkspaceForeignKey("offers.PolicySimulation", related_name="decisions", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_last = models.BooleanField(help_text="the last of its renewal: its amounts count once")
    request_id = models.BigIntegerField(null=True)
    version_number = models.PositiveIntegerField(null=True)
    decided_at = models.DateTimeField()
    currency = currency()
    net_amount = money(null=True)
    home_amount = money(null=True)
    before_way = models.CharField(max_length=10, blank=True)
    before_level = models.CharField(max_length=120, blank=True)
    after_way = models.CharField(max_length=10, blank=True)
    after_level = models.CharField(max_length=120, blank=True)
    before_given = money(null=True)
    after_given = money(null=True)
    before_hours = models.FloatField(null=True)
    after_hours = models.FloatField(null=True)
    real_hours = models.FloatField(null=True, help_text="from asking to the answer that ended it")
    before_asked = ArrayField(models.CharField(max_length=200), default=list, help_text="queues that were asked")
    after_asked = ArrayField(models.CharField(max_length=200), default=list)
    reasons = models.JSONField(default=list, help_text="what the other policy found, the hardest first")
    unknown = ArrayField(models.CharField(max_length=60), default=list, help_text="facts that were not known then")
    is_reproduced = models.BooleanField(null=True, help_text="whether the policy of then gave the record again")
    why = models.CharField(max_length=40, blank=True, help_text="why it was not judged, or not reproduced")

    class Meta:
        indexes = [models.Index(fields=["workspace", "run", "decided_at"], name="simulated_decision_run")]
