"""Contracts, their versioned terms and lines. A term is never edited: a new version supersedes it (two times)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from renewals.models.accounts import INCLUSIVE, DateRange
from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track


@track
class Contract(WorkspaceModel):
    """An agreement with an account. What it says on a given day stands in its term versions."""

    account = WorkspaceForeignKey("renewals.Account", related_name="contracts")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    currency = currency()
    timezone = models.CharField(max_length=64, blank=True)
    signed_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="contract_once"),
            currency_check("contract_currency_iso"),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="contract_account")]

    def __str__(self) -> str:
        return self.name


@track
class TermVersion(WorkspaceModel):
    """One term as known from `recorded_at` until `superseded_at`; live versions of a contract never overlap."""

    class NoticeUnit(models.TextChoices):
        """The clause's own unit; it is never converted."""

        DAYS = "days"
        BUSINESS_DAYS = "business_days"
        WEEKS = "weeks"
        MONTHS = "months"

    class EndAction(models.TextChoices):
        """What happens when the term ends and nobody acts."""

        RENEW = "renew"
        EVERGREEN = "evergreen"
        END = "end"
        MANUAL = "manual"

    contract = WorkspaceForeignKey("renewals.Contract", related_name="terms")
    number = models.PositiveSmallIntegerField(help_text="1 for the initial term")
    version = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="last day, inclusive; empty: open-ended")
    notice_period = models.PositiveSmallIntegerField(default=0)
    notice_unit = models.CharField(max_length=15, choices=NoticeUnit.choices, default=NoticeUnit.DAYS)
    is_auto_renewing = models.BooleanField(default=False)
    end_action = models.CharField(max_length=10, choices=EndAction.choices, default=EndAction.MANUAL)
    renewal_months = models.PositiveSmallIntegerField(null=True, help_text="length of the next term")
    uplift_percent = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, help_text="price uplift agreed for the next term; 5 is 5 %"
    )
    cap_percent = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, help_text="the most the next price may rise"
    )
    price_clause = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="document and clause that say so"
    )
    change_reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150, blank=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "contract", "number", "version"], name="term_version_once"),
            models.UniqueConstraint(
                fields=["workspace", "contract", "number"],
                condition=Q(superseded_at__isnull=True),
                name="term_one_live_version",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="term_forward"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="term_superseded_after_recorded",
            ),
            models.CheckConstraint(
                condition=~Q(price_clause="") | Q(uplift_percent__isnull=True, cap_percent__isnull=True),
                name="term_price_has_a_clause",
            ),
            models.CheckConstraint(
                condition=Q(uplift_percent__isnull=True)
                | Q(cap_percent__isnull=True)
                | Q(uplift_percent__lte=F("cap_percent")),
                name="term_uplift_within_cap",
            ),
            ExclusionConstraint(
                name="term_no_overlap",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("contract", RangeOperators.EQUAL),
                    (DateRange(F("starts_on"), F("ends_on"), INCLUSIVE), RangeOperators.OVERLAPS),
                ],
                condition=Q(superseded_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "ends_on"], name="term_end", condition=Q(superseded_at__isnull=True))
        ]
        ordering = ["number", "version"]


@track
class ContractLine(WorkspaceModel):
    """Something sold under one term version, with its own dates and annual recurring amount.

    The phases of a ramp are lines of one `item`; they share no day.
    """

    contract = WorkspaceForeignKey("renewals.Contract", related_name="lines")
    term = WorkspaceForeignKey("renewals.TermVersion", related_name="lines")
    product = WorkspaceForeignKey("renewals.Product", null=True, related_name="+")
    external_id = models.CharField(max_length=200)
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, default=1)
    unit = models.CharField(max_length=30, blank=True)
    arr_amount = money()
    list_arr_amount = money(null=True)
    is_recurring = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    item = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="what the phases of a ramp share"
    )
    is_suspended = models.BooleanField(default=False, db_default=False, help_text="a phase in which it rests, at zero")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "term", "external_id"], name="line_once"),
            ExclusionConstraint(
                name="line_phases_no_overlap",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("term", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    (DateRange(F("starts_on"), F("ends_on"), INCLUSIVE), RangeOperators.OVERLAPS),
                ],
                condition=~Q(item=""),
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="line_quantity_not_negative"),
            models.CheckConstraint(condition=Q(arr_amount__gte=0), name="line_arr_not_negative"),
            models.CheckConstraint(
                condition=Q(is_suspended=False) | Q(arr_amount=0), name="line_suspended_counts_as_nothing"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="line_forward"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "contract"], name="line_contract")]
