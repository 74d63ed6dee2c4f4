"""The tiers of an account over time: which, from when to when, derived from which scores or set by whom and why."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class InstantRange(Func):
    """tstzrange(from, until), half-open, for exclusion constraints."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


@track
class TierPeriod(WorkspaceModel):
    """One stay of an account in a tier; the open one has no `until_at`.

    Only closing it, and what else the scores say meanwhile, change a row.
    """

    class Origin(models.TextChoices):
        """By the rule from two scores, or by a person."""

        DERIVED = "derived"
        OVERRIDE = "override"

    account = WorkspaceForeignKey("renewals.Account", related_name="tier_periods")
    tier = models.CharField(max_length=20)
    before = models.CharField(max_length=20, blank=True, help_text="the tier before this one")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    rule = WorkspaceForeignKey("signals.ScorecardVersion", related_name="+")
    risk = models.FloatField(null=True)
    risk_level = models.CharField(max_length=20, blank=True)
    risk_score_id = models.BigIntegerField(null=True)
    expansion = models.FloatField(null=True)
    expansion_level = models.CharField(max_length=20, blank=True)
    expansion_score_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    author = models.CharField(max_length=150, blank=True)
    expires_at = models.DateTimeField(null=True)
    other_tier = models.CharField(max_length=20, blank=True, help_text="what the scores say instead, not yet confirmed")
    other_since_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")), name="tier_period_forward"
            ),
            models.CheckConstraint(
                condition=Q(origin="derived", risk__isnull=False, expansion__isnull=False, expires_at__isnull=True)
                | (Q(origin="override", expires_at__gt=F("from_at")) & ~Q(reason="") & ~Q(author="")),
                name="tier_period_has_its_why",
            ),
            ExclusionConstraint(
                name="tier_period_no_overlap",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    (InstantRange(F("from_at"), F("until_at")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "expires_at"],
                name="tier_period_override",
                condition=Q(origin="override", until_at__isnull=True),
            ),
            models.Index(
                fields=["workspace", "other_since_at"],
                name="tier_period_unconfirmed",
                condition=Q(other_since_at__isnull=False, until_at__isnull=True),
            ),
        ]
