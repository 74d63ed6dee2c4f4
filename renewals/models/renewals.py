"""The renewal as its own thing, the people responsible for it, and its outcome with reasons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track


@track
class Renewal(WorkspaceModel):
    """The decision about what follows a term. Exactly one accountable owner; three roles, one person each."""

    foreseen_from = (
        "account_id",
        "due_on",
        "owner_id",
        "currency",
        "target_amount",
        "final_amount",
        "closed_on",
        "forecast_category",
        "forecast_amount",
    )

    class Stage(models.TextChoices):
        """How far it has come; `renewals.core.renewal_states` has the transitions."""

        UPCOMING = "upcoming"
        ENGAGED = "engaged"
        NEGOTIATING = "negotiating"
        VERBAL = "verbal"
        CLOSED = "closed"

    class Category(models.TextChoices):
        """The forecast category, apart from the stage."""

        OMITTED = "omitted"
        PIPELINE = "pipeline"
        BEST_CASE = "best_case"
        COMMIT = "commit"
        CLOSED = "closed"

    account = WorkspaceForeignKey("renewals.Account", related_name="renewals")
    contract = WorkspaceForeignKey("renewals.Contract", related_name="renewals")
    term_number = models.PositiveSmallIntegerField(help_text="the term that ends")
    due_on = models.DateField(help_text="first day after the term")
    notice_on = models.DateField(null=True, help_text="last day to give notice")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    stage = models.CharField(max_length=15, choices=Stage.choices, default=Stage.UPCOMING)
    forecast_category = models.CharField(max_length=10, choices=Category.choices, default=Category.PIPELINE)
    currency = currency()
    target_amount = money(help_text="ARR that comes up for renewal")
    forecast_amount = money(null=True)
    final_amount = money(null=True)
    owner = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="renewals")
    initiator = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+")
    negotiator = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+")
    finaliser = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "contract", "term_number"], name="renewal_once_a_term"),
            models.CheckConstraint(condition=Q(target_amount__gte=0), name="renewal_target_not_negative"),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_on__isnull=False, final_amount__isnull=False)
                | (~Q(stage="closed") & Q(closed_on__isnull=True, final_amount__isnull=True)),
                name="renewal_closed_with_date_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(notice_on__isnull=True) | Q(notice_on__lte=F("due_on")), name="renewal_notice_before_due"
            ),
            currency_check("renewal_currency_iso"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account"], name="renewal_account"),
            models.Index(fields=["workspace", "due_on"], name="renewal_due"),
            models.Index(
                fields=["workspace", "closed_on"], name="renewal_closed", condition=Q(closed_on__isnull=False)
            ),
            models.Index(
                fields=["workspace", "due_on", "id"], name="renewal_open_due", condition=Q(closed_on__isnull=True)
            ),
            models.Index(
                fields=["workspace", "owner", "due_on"], name="renewal_open_owner", condition=Q(closed_on__isnull=True)
            ),
        ]


@track
class Outcome(WorkspaceModel):
    """How a renewal ended and why; recorded once."""

    foreseen_from = ("renewal_id", "decided_on")

    class Kind(models.TextChoices):
        """By the ratio of final to target amount: below .98, up to 1.02, above."""

        CHURNED = "churned"
        CONTRACTED = "contracted"
        FLAT = "flat"
        EXPANDED = "expanded"

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="outcomes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    primary_reason = models.CharField(max_length=40)
    contributing_reasons = ArrayField(models.CharField(max_length=40), default=list)
    comment = models.TextField(blank=True)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal"], name="outcome_once"),
            models.CheckConstraint(condition=~Q(primary_reason=""), name="outcome_has_a_reason"),
        ]
        indexes = [models.Index(fields=["workspace", "recorded_at"], name="outcome_recorded")]


@track
class Milestone(WorkspaceModel):
    """A success milestone with its evidence and the account's confirmation."""

    account = WorkspaceForeignKey("renewals.Account", related_name="milestones")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    target_on = models.DateField(null=True)
    achieved_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)
    confirmed_by = WorkspaceForeignKey("renewals.Contact", null=True, related_name="+")
    confirmed_on = models.DateField(null=True)
    gain_amount = money(null=True, help_text="what it brings the account in a year, as it says; empty: not known")
    gain_currency = currency(blank=True)
    gain_source = models.CharField(max_length=300, blank=True, help_text="who or what says so")
    dropped_on = models.DateField(null=True, help_text="aimed at no more, unless it was reached")
    drop_reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account", "external_id"], name="milestone_once"),
            models.CheckConstraint(
                condition=Q(gain_amount__isnull=True)
                | (Q(gain_amount__gte=0, gain_currency__regex=r"^[A-Z]{3}$") & ~Q(gain_source="")),
                name="milestone_gain_with_its_source",
            ),
            models.CheckConstraint(
                condition=Q(achieved_on__isnull=True) | ~Q(evidence=""), name="milestone_achieved_with_evidence"
            ),
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True) | ~Q(drop_reason=""), name="milestone_dropped_with_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False, achieved_on__isnull=False),
                name="milestone_confirmed_by_somebody",
            ),
        ]
