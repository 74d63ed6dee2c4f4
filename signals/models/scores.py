"""The append-only history of scores, and one small row per account and per open renewal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey
from signals.models.bulk import BulkModel, account_link


class ScoreKind(models.TextChoices):
    """Health is high when good, risk is high when bad, expansion potential is high when more can be sold."""

    HEALTH = "health"
    RISK = "risk"
    EXPANSION = "expansion"


class RuleKind(models.TextChoices):
    """What there are versions of rules for: each score, and the tiers that follow from two of them."""

    HEALTH = "health"
    RISK = "risk"
    EXPANSION = "expansion"
    TIERS = "tiers"


class ScoreState(models.TextChoices):
    """Too little is known: no number, and never green."""

    SCORED = "scored"
    NOT_SCORED = "not_scored"


def no_number_unless_scored(name: str) -> models.CheckConstraint:
    """Return the constraint that a row that is not scored has no value."""
    return models.CheckConstraint(
        condition=Q(state=ScoreState.SCORED, value__isnull=False) | Q(state=ScoreState.NOT_SCORED, value__isnull=True),
        name=name,
    )


class Score(BulkModel):
    """A score as it was computed, with its contributions and the facts it was computed from."""

    append_only = True

    account = account_link()
    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    scorecard = models.ForeignKey(
        "signals.ScorecardVersion", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=ScoreKind.choices)
    state = models.CharField(max_length=10, choices=ScoreState.choices)
    as_of = models.DateTimeField()
    recorded_at = models.DateTimeField()
    value = models.FloatField(null=True)
    renew_probability = models.FloatField(null=True)
    coverage = models.FloatField()
    input_hash = models.UUIDField()
    inputs = ArrayField(
        ArrayField(models.FloatField()), null=True, help_text="a row of numbers per input, NaN where it did not count"
    )
    details = models.JSONField(help_text="facts, keys of the inputs, what was missing or unfed")

    class Meta:
        constraints = [no_number_unless_scored("score_no_number_unless_scored")]
        indexes = [models.Index(fields=["workspace", "account", "kind", "-as_of"], name="score_history")]


class CurrentRow(BulkModel):
    """What the pages show of the latest score. Only the key is indexed, so that updates stay in the page (HOT)."""

    account = account_link()
    score = models.ForeignKey("signals.Score", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    state = models.CharField(max_length=10, choices=ScoreState.choices)
    band = models.CharField(max_length=20, blank=True, help_text="empty when not scored")
    value = models.FloatField(null=True)
    previous_value = models.FloatField(null=True, help_text="the value when the day before ended")
    coverage = models.FloatField()
    known_count = models.PositiveSmallIntegerField(help_text="measures that have a value")
    measures_count = models.PositiveSmallIntegerField()
    stale_count = models.PositiveSmallIntegerField(help_text="measures whose source has fallen silent")
    oldest_input_days = models.PositiveIntegerField(null=True)
    as_of = models.DateTimeField()
    scored_at = models.DateTimeField()
    reasons = models.JSONField(help_text="the contributions that moved it most")
    input_hash = models.UUIDField()

    class Meta:
        abstract = True


class OverridableRow(CurrentRow):
    """A current score in whose place a person's word may stand; `computed` keeps what the rules say meanwhile."""

    override = WorkspaceForeignKey("signals.ScoreOverride", null=True, related_name="+", db_index=False)
    computed = models.JSONField(null=True, help_text="state, band, value: what the rules say")

    class Meta:
        abstract = True


def computed_while_overridden(name: str) -> models.CheckConstraint:
    """Return the constraint that the computed score is kept exactly as long as a person's word stands."""
    return models.CheckConstraint(
        condition=Q(override__isnull=True, computed__isnull=True) | Q(override__isnull=False, computed__isnull=False),
        name=name,
    )


class CurrentScore(OverridableRow):
    """The health of an account now."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account"], name="current_score_once"),
            no_number_unless_scored("current_score_no_number_unless_scored"),
            computed_while_overridden("current_score_computed_is_kept"),
        ]
        indexes = [models.Index(fields=["workspace", "band", "account"], name="current_score_band")]


class CurrentExpansion(OverridableRow):
    """The expansion potential of an account now."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account"], name="current_expansion_once"),
            no_number_unless_scored("current_expansion_no_number_unless_scored"),
            computed_while_overridden("current_expansion_computed_is_kept"),
        ]


class CurrentRisk(OverridableRow):
    """The risk of an open renewal now."""

    foreseen_from = ("renew_probability", "renewal_id")

    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="current_risks"
    )
    renew_probability = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal"], name="current_risk_once"),
            no_number_unless_scored("current_risk_no_number_unless_scored"),
            computed_while_overridden("current_risk_computed_is_kept"),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="current_risk_account")]
