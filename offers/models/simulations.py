"""Simulations of a policy on past decisions: what was asked, how far it is, and what came of it, row by row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, money
from renewals.models.ordered import OrderedRun, run_constraints, run_indexes


class PolicySimulation(OrderedRun):
    """One simulation. `frozen` holds the other policy as it was when it was ordered; `cursor` how far it is."""

    asked = models.JSONField(help_text="days, and which policy")
    frozen = models.JSONField(default=dict, help_text="the other policy and how it is called; empty: as it was")
    clocks = models.JSONField(default=list, help_text="median hours of answers by level and queue, each with its count")
    waiting = models.PositiveIntegerField(default=0, help_text="requests nobody had answered yet: not counted")
    cursor = models.BigIntegerField(default=0, help_text="the last renewal that was judged again")
    done = models.PositiveIntegerField(default=0, help_text="renewals judged again")

    class Meta:
        constraints = run_constraints("simulation")
        indexes = run_indexes("simulation")


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
