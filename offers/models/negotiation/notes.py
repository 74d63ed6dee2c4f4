"""What is known of a negotiation, and who gets the credit of it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track

EXACTLY_WHOLE = """
IF coalesce(array_length(NEW.holders, 1), 0) = 0
    OR array_length(NEW.holders, 1) <> coalesce(array_length(NEW.percents, 1), 0)
    OR (SELECT count(DISTINCT h) FROM unnest(NEW.holders) AS h) <> array_length(NEW.holders, 1)
    OR EXISTS (SELECT FROM unnest(NEW.percents) AS p WHERE p IS NULL OR p <= 0)
    OR (SELECT sum(p) FROM unnest(NEW.percents) AS p) <> 100
THEN
    RAISE EXCEPTION 'the shares of a credit split are not exactly 100 percent' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@track
class NegotiationNote(WorkspaceModel):
    """A competitor, an objection or an opening of a renewal: who heard it, when and where; it may be taken back."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="negotiation_notes")
    walk = WorkspaceForeignKey("offers.TreeWalk", null=True, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=120, help_text="the competitor, the objection, the product")
    comment = models.CharField(max_length=600, blank=True)
    amount = money(null=True, help_text="what an opening may be worth a year")
    currency = currency()
    source = models.CharField(max_length=20)
    heard_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(subject="") & ~Q(kind="") & ~Q(source=""), name="note_says_what"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="note_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | ~Q(taken_back_reason=""), name="note_taken_back_with_reason"
            ),
            currency_check("note_currency_iso"),
        ]
        indexes = [models.Index(fields=["workspace", "renewal"], name="negotiation_note_renewal")]


class CreditSplit(WorkspaceModel):
    """Who gets the credit of a renewal, as of `set_at`; the newest counts. The database refuses all but 100 %.

    A holder is "user:12" or "team:3"; the two lists go together.
    """

    append_only = True

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="credit_splits")
    number = models.PositiveIntegerField()
    holders = ArrayField(models.CharField(max_length=30))
    percents = ArrayField(models.DecimalField(max_digits=6, decimal_places=3))
    reason = models.CharField(max_length=300, blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal", "number"], name="credit_split_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="credit_is_exactly_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=EXACTLY_WHOLE,
            )
        ]
