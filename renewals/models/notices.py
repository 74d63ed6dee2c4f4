"""Contractual notices: what a contract says of them, which packs are in use, each duty with its days, its proofs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class NoticeClause(WorkspaceModel):
    """What the contract itself says of a notice; a removed clause keeps its row."""

    contract = WorkspaceForeignKey("renewals.Contract", related_name="notice_clauses")
    kind = models.CharField(max_length=15)
    rule = models.JSONField(help_text="the rule as a table: anchor, first and last day, channels, what counts")
    reference = models.CharField(max_length=200, help_text="where it stands, e.g. section 12.3")
    version = models.PositiveSmallIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contract", "kind"],
                condition=Q(removed_at__isnull=True),
                name="clause_once_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reminder", "non_renewal", "opt_out"]), name="clause_kind_known"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="clause_with_reference"),
        ]


@track
class NoticePack(WorkspaceModel):
    """Whether a workspace uses a shipped jurisdiction pack, and who switched it."""

    key = models.CharField(max_length=60)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="notice_pack_once")]


@track
class Notice(WorkspaceModel):
    """One notice of one open renewal, by one rule; `rule` is the rule as it was when the days were counted."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="notices", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="notices")
    kind = models.CharField(max_length=15)
    side = models.CharField(max_length=6)
    rule_key = models.CharField(max_length=60)
    rule_version = models.PositiveSmallIntegerField(default=1)
    rule = models.JSONField()
    source = models.CharField(max_length=300)
    anchor_on = models.DateField(help_text="the day the window is counted back from")
    opens_on = models.DateField()
    planned_on = models.DateField(help_text="the first business day of the window")
    safe_latest_on = models.DateField(help_text="the last day that leaves room for delivery; never after closes_on")
    closes_on = models.DateField()
    zone = models.CharField(max_length=64)
    zone_source = models.CharField(max_length=10)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=60, blank=True)
    channels = ArrayField(models.CharField(max_length=20))
    state = models.CharField(max_length=12, default="planned")
    state_reason = models.CharField(max_length=200, blank=True)
    sent_on = models.DateField(null=True)
    sent_channel = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    level = models.PositiveSmallIntegerField(default=0, help_text="the highest rung of escalation reached")
    escalated_at = models.DateTimeField(null=True)
    moves = models.JSONField(default=list, help_text="what moved the window: when, from, to")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal", "kind", "rule_key"], name="notice_once_a_rule"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("planned_on"))
                & Q(planned_on__lte=F("safe_latest_on"))
                & Q(safe_latest_on__lte=F("closes_on")),
                name="notice_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "due", "sent", "proven", "missed", "not_needed"]),
                name="notice_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="missed") | Q(escalated_at__isnull=False), name="notice_missed_is_escalated"
            ),
            models.CheckConstraint(
                condition=~Q(state="not_needed") | ~Q(state_reason=""), name="notice_off_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_on__gte=F("opens_on"), sent_on__lte=F("closes_on")),
                name="notice_sent_in_window",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "renewal"], name="notice_renewal"),
            models.Index(
                fields=["workspace", "closes_on", "id"],
                name="notice_open",
                condition=Q(state__in=["planned", "due", "sent", "missed"]),
            ),
            models.Index(
                fields=["workspace", "closes_on"],
                name="notice_passed",
                condition=Q(side="theirs", state="not_needed", state_reason="deadline_passed"),
            ),
        ]


class NoticeProof(WorkspaceModel):
    """What proves that a notice was served: never changed, a correction is a further proof."""

    append_only = True

    notice = WorkspaceForeignKey("renewals.Notice", related_name="proofs")
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    served_on = models.DateField(help_text="the day that counts under the rule: sent or received")
    reference = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    is_admissible = models.BooleanField(help_text="in the window and by an admitted channel when it was recorded")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "notice", "reference"], name="proof_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="proof_with_reference"),
        ]
