"""Concessions: what is given on a renewal, until when, and what the account does in return."""

from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track


@track
class Concession(WorkspaceModel):
    """One give with its get, or with the reason why there is none; it belongs to the cycle in which it was given.

    Where it stands on a day is worked out (`offers.core.negotiation.concessions`); kept are only the days.
    """

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="concessions")
    is_win_back = models.BooleanField(
        default=False, db_default=False, help_text="given to win the account of a lost renewal back"
    )
    version = WorkspaceForeignKey("offers.ProposalVersion", null=True, related_name="+")
    kind = models.CharField(max_length=20)
    what = models.CharField(max_length=300)
    amount = money(help_text="what it is worth a year")
    currency = currency()
    starts_on = models.DateField()
    expires_on = models.DateField(help_text="last day, inclusive")
    reason = models.CharField(max_length=300)
    is_unnamed = models.BooleanField(default=False, help_text="written at signature for what nobody had named")
    no_get_reason = models.CharField(max_length=300, blank=True)
    get_kind = models.CharField(max_length=20, blank=True)
    get_what = models.CharField(max_length=300, blank=True)
    get_due_on = models.DateField(null=True)
    get_delivered_on = models.DateField(null=True)
    get_failed_on = models.DateField(null=True)
    get_note = models.CharField(max_length=300, blank=True, help_text="the evidence, or why it was not delivered")
    ended_on = models.DateField(null=True, help_text="from this day on it is not given any more")
    ended_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="counts the edits, so that none is overwritten unseen")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="concession_worth_nothing_or_more"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("starts_on")), name="concession_forward"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(reason=""), name="concession_says_what_and_why"),
            models.CheckConstraint(
                condition=(Q(get_due_on__isnull=True, get_what="") & ~Q(no_get_reason=""))
                | (Q(get_due_on__isnull=False, no_get_reason="") & ~Q(get_what="")),
                name="concession_get_or_why_none",
            ),
            models.CheckConstraint(
                condition=Q(get_delivered_on__isnull=True, get_failed_on__isnull=True)
                | (Q(get_due_on__isnull=False) & ~Q(get_note="")),
                name="concession_get_settled_with_note",
            ),
            models.CheckConstraint(
                condition=Q(get_delivered_on__isnull=True) | Q(get_failed_on__isnull=True),
                name="concession_get_delivered_or_not",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | (~Q(ended_reason="") & ~Q(ended_by="")),
                name="concession_ended_with_reason",
            ),
            currency_check("concession_currency_iso"),
        ]
        indexes = [
            models.Index(fields=["workspace", "renewal"], name="concession_renewal"),
            models.Index(
                fields=["workspace", "expires_on"], name="concession_not_back", condition=Q(ended_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.what
