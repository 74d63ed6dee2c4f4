"""Accounts, the history of their lifecycle stages, contacts with roles over time, and who must not be written to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, track


class DateRange(Func):
    """daterange(from, to, bounds) for exclusion constraints."""

    function = "daterange"
    output_field = DateRangeField()


INCLUSIVE = models.Value("[]")


@track
class Account(WorkspaceModel):
    """A company that subscribes. `segment` and `tier` say by which rule they were given."""

    foreseen_from = ("segment",)

    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    parent = WorkspaceForeignKey("renewals.Account", null=True, related_name="children")
    owner = models.ForeignKey("renewals.User", on_delete=models.PROTECT, null=True, related_name="accounts")
    team = WorkspaceForeignKey("renewals.Team", null=True, related_name="accounts")
    industry = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    currency = currency()
    product_complexity = models.CharField(max_length=10, default="standard")
    employees = models.PositiveIntegerField(null=True)
    segment = models.CharField(max_length=20, blank=True)
    segment_reason = models.JSONField(default=dict)
    tier = models.CharField(max_length=20, blank=True)
    tier_reason = models.JSONField(default=dict)
    stage = WorkspaceForeignKey("renewals.LifecycleStage", null=True, related_name="+")
    stage_entered_on = models.DateField(null=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    is_human_only = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="account_once"),
            models.CheckConstraint(condition=~Q(name=""), name="account_has_a_name"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="account_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(product_complexity__in=["low", "standard", "high"]), name="account_complexity_known"
            ),
            models.CheckConstraint(
                condition=Q(stage__isnull=True, stage_entered_on__isnull=True)
                | Q(stage__isnull=False, stage_entered_on__isnull=False),
                name="account_stage_with_date",
            ),
            models.CheckConstraint(
                condition=Q(tier__in=["", "basic", "growth", "strategic"]), name="account_tier_known"
            ),
            currency_check("account_currency_iso"),
        ]
        indexes = [
            models.Index(fields=["workspace", "owner"], name="account_owner"),
            models.Index(fields=["workspace", "name", "id"], name="account_name"),
            models.Index(fields=["workspace", "parent"], name="account_parent", condition=Q(parent__isnull=False)),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="account_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class StageEntry(WorkspaceModel):
    """An account's stay in a lifecycle stage; the open one has no `left_on`."""

    account = WorkspaceForeignKey("renewals.Account", related_name="stage_entries")
    stage = WorkspaceForeignKey("renewals.LifecycleStage", related_name="+")
    entered_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account"], condition=Q(left_on__isnull=True), name="stage_entry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")), name="stage_entry_forward"
            ),
        ]
        ordering = ["entered_on", "id"]


@track
class Contact(WorkspaceModel):
    """A person at an account."""

    account = WorkspaceForeignKey("renewals.Account", related_name="contacts")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    left_on = models.DateField(null=True, help_text="when they left the company")
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "external_id"], name="contact_once")]
        indexes = [
            models.Index(fields=["workspace", "account"], name="contact_account"),
            models.Index(fields=["workspace", "email"], name="contact_email"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class ContactRole(WorkspaceModel):
    """What a contact is to us, from when to when; the same role of the same contact never overlaps itself."""

    class Role(models.TextChoices):
        """The roles a renewal needs to know."""

        ECONOMIC_BUYER = "economic_buyer"
        CHAMPION = "champion"
        EXECUTIVE_SPONSOR = "executive_sponsor"
        USER = "user"
        LEGAL = "legal"
        PROCUREMENT = "procurement"

    contact = WorkspaceForeignKey("renewals.Contact", related_name="roles")
    account = WorkspaceForeignKey("renewals.Account", related_name="contact_roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, help_text="last day, inclusive")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="contact_role_forward"
            ),
            ExclusionConstraint(
                name="contact_role_no_overlap",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("contact", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (DateRange(F("from_on"), F("until_on"), INCLUSIVE), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="contact_role_account")]


@track
class Suppression(WorkspaceModel):
    """A contact must not be written to in this class of message; lifting it is a new fact with evidence."""

    contact = WorkspaceForeignKey("renewals.Contact", related_name="suppressions")
    message_class = models.CharField(max_length=30, help_text="'all' or one class")
    origin = models.CharField(max_length=30, help_text="unsubscribe, complaint, hard_bounce, manual, legal, erasure")
    reason = models.CharField(max_length=300, blank=True, db_default="", help_text="what was said or found, in words")
    by_label = models.CharField(max_length=150, blank=True, db_default="", help_text="who asked for it")
    since_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contact", "message_class"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_evidence=""), name="suppression_lifted_with_evidence"
            ),
        ]
