"""What people know and the machine cannot see: noted facts that count until they expire, and overrides of scores."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.scores import ScoreKind


@track
class NotedFact(WorkspaceModel):
    """Politics, a competing priority, news of the budget, or a manual measure: noted by a person, until a day.

    Its number counts as a signal of the source "people". An edit is a new fact that names the one it replaces.
    """

    account = WorkspaceForeignKey("renewals.Account", related_name="noted_facts")
    kind = models.CharField(max_length=64, help_text="the kind of the signal it became")
    value = models.FloatField(null=True, help_text="on the scale of its kind; none for a date alone")
    text = models.CharField(max_length=1000)
    observed_on = models.DateField()
    budget_on = models.DateField(null=True, help_text="when their budget is decided")
    expires_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    author = models.CharField(max_length=150)
    noted_at = models.DateTimeField()
    replaces = WorkspaceForeignKey("signals.NotedFact", null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, help_text="expired, replaced or withdrawn")
    ended_how = models.CharField(max_length=10, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(author="") & ~Q(text=""), name="noted_fact_author_and_words"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("noted_at")), name="noted_fact_expires_after_noted"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(budget_on__isnull=False), name="noted_fact_says_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="")
                | Q(ended_at__isnull=False, ended_how__in=["expired", "replaced", "withdrawn"]),
                name="noted_fact_ended_somehow",
            ),
            models.CheckConstraint(
                condition=~Q(ended_how="withdrawn") | (~Q(ended_reason="") & ~Q(ended_by="")),
                name="noted_fact_withdrawn_with_reason",
            ),
            models.UniqueConstraint(fields=["workspace", "replaces"], name="noted_fact_replaced_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "expires_at"], condition=Q(ended_at__isnull=True), name="noted_fact_due"),
        ]


@track
class ScoreOverride(WorkspaceModel):
    """A person's word in the place of a computed score, with reason and expiry; judged when the renewal has closed."""

    account = WorkspaceForeignKey("renewals.Account", related_name="score_overrides")
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="score_overrides")
    kind = models.CharField(max_length=10, choices=ScoreKind.choices)
    value = models.FloatField()
    machine_value = models.FloatField(null=True, help_text="what was computed at that time; none when not scored")
    reason = models.CharField(max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    author = models.CharField(max_length=150)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by_renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="+", db_index=False)
    was_lost = models.BooleanField(null=True)
    person_error = models.FloatField(null=True, help_text="points between the person's value and what happened")
    machine_error = models.FloatField(null=True, help_text="the same of the computed value; none when not scored")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(author=""), name="override_reason_and_author"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="override_expires_after_start"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=100), name="override_value_in_scale"),
            models.CheckConstraint(
                condition=Q(kind="risk", renewal__isnull=False) | Q(kind="health", renewal__isnull=True),
                name="override_of_an_account_or_a_renewal",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="")
                | Q(ended_at__isnull=False, ended_how__in=["expired", "replaced", "withdrawn", "closed"]),
                name="override_ended_somehow",
            ),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, was_lost__isnull=True, person_error__isnull=True)
                | Q(judged_at__isnull=False, was_lost__isnull=False, person_error__isnull=False),
                name="override_judged_as_a_whole",
            ),
            models.UniqueConstraint(
                fields=["workspace", "account"],
                condition=Q(ended_at__isnull=True, kind="health"),
                name="override_one_health_of_an_account",
            ),
            models.UniqueConstraint(
                fields=["workspace", "renewal"],
                condition=Q(ended_at__isnull=True, kind="risk"),
                name="override_one_risk_of_a_renewal",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "expires_at"], condition=Q(ended_at__isnull=True), name="override_due"),
            models.Index(fields=["workspace", "account"], name="override_of_account"),
        ]
