"""The renewal queue as the page reads it: one small row per open renewal, rebuildable from the facts at any time."""

from django.conf import settings
from django.db import models
from django.db.models import F

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, money


class QueueEntry(WorkspaceModel):
    """A line of the queue with the parts of its priority. It decides nothing; `refresh_queue` rewrites it."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="queue_entries", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    account_name = models.CharField(max_length=200)
    tier = models.CharField(max_length=20, blank=True)
    segment = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=15)
    currency = currency()
    renewal_amount = money()
    reporting_amount = money(null=True, help_text="in the workspace's currency")
    due_on = models.DateField()
    notice_on = models.DateField(null=True)
    health_score = models.FloatField(null=True)
    health_band = models.CharField(max_length=20, blank=True)
    risk_score = models.FloatField(null=True)
    risk_band = models.CharField(max_length=20, null=True, help_text="empty when not scored, none before it was kept")
    risk_trend = models.CharField(max_length=10, blank=True)
    renew_probability = models.FloatField(null=True)
    loss_probability = models.FloatField(default=0)
    at_risk_amount = money(null=True, help_text="reporting amount x chance of loss, rounded; none without a rate")
    risk_reason = models.CharField(max_length=40, blank=True, db_default="", help_text="what raises the risk most")
    is_actionable = models.BooleanField(null=True, help_text="the main reason can be acted on; none without one")
    is_swing = models.BooleanField(default=False, db_default=False, help_text="at risk, and can still be saved")
    has_playbook = models.BooleanField(default=False, db_default=False, help_text="a playbook is open for it")
    urgency = models.FloatField(default=0)
    priority = models.DecimalField(max_digits=24, decimal_places=6, default=0)
    parts = models.JSONField(default=dict, help_text="the arithmetic of the priority, for the page")
    group = models.CharField(max_length=12)
    next_task = WorkspaceForeignKey("playbooks.Task", null=True, related_name="+", db_index=False)
    next_title = models.CharField(max_length=200, blank=True)
    next_due_on = models.DateField(null=True)
    why = models.JSONField(default=list)
    refreshed_at = models.DateTimeField()
    refreshed_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "renewal"], name="queue_entry_once")]
        indexes = [
            models.Index(fields=["workspace", "owner", "-priority", "id"], name="queue_owner_priority"),
            models.Index(fields=["workspace", "-priority", "id"], name="queue_priority"),
            models.Index(fields=["workspace", "group", "-priority", "id"], name="queue_group_priority"),
            # Any choice of these is found by it: PostgreSQL skips over the few values of those that are not chosen.
            models.Index(fields=["workspace", "risk_band", "segment", "tier", "group"], name="queue_kinds"),
            models.Index(fields=["workspace", "refreshed_on"], name="queue_refreshed"),
            models.Index(fields=["workspace", "due_on", "id"], name="queue_due"),
            models.Index(fields=["workspace", "notice_on"], name="queue_notice"),
            models.Index(F("workspace"), F("at_risk_amount").desc(nulls_last=True), F("id"), name="queue_at_risk"),
        ]


class QueueMark(WorkspaceModel):
    """How far `refresh_queue` has read the changes of a workspace."""

    seen_until_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="queue_mark_once")]


class PipelineSum(WorkspaceModel):
    """The sums of the open renewals that share a quarter, people and kinds: what the pipeline adds up.

    `sum_pipeline` rewrites them together, within a minute; `at_risk` keeps every digit, so that sums of sums are exact.
    """

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    quarter_on = models.DateField(help_text="first day of the quarter they are due in")
    is_near = models.BooleanField(help_text="due until the `near_on` of the mark")
    category = models.CharField(max_length=15)
    stage = models.CharField(max_length=15)
    segment = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    at_risk = models.DecimalField(max_digits=60, decimal_places=30, null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "quarter_on"], name="pipeline_sum_quarter")]


class AtRiskSum(WorkspaceModel):
    """The sums of the open renewals that share a quarter, a segment, a band of risk and a main reason.

    `sum_pipeline` rewrites them together with the pipeline's; whose renewals they are is not among what they share.
    """

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    quarter_on = models.DateField(help_text="first day of the quarter they are due in")
    segment = models.CharField(max_length=20, blank=True)
    risk_band = models.CharField(max_length=20, blank=True, help_text="empty when not scored")
    risk_reason = models.CharField(max_length=40, blank=True)
    is_actionable = models.BooleanField(null=True)
    has_playbook = models.BooleanField()
    is_swing = models.BooleanField(help_text="at risk, to be acted on, and not past its due date")
    number = models.PositiveIntegerField()
    unpriced = models.PositiveIntegerField(help_text="of them without a rate to the workspace's currency")
    amount = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    at_risk = models.DecimalField(max_digits=30, decimal_places=4, null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "quarter_on"], name="at_risk_sum_quarter")]


class PipelineMark(WorkspaceModel):
    """When the sums of a workspace's pipeline were made, and until which day they call a renewal near."""

    summed_at = models.DateTimeField()
    near_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="pipeline_mark_once")]
