"""Drafts of the policy, of offers, decision trees and rules of choice, with their life and their two people."""

import pgtrigger
from django.db import models
from django.db.models import Q

from offers.models.by_two import DraftByTwo, draft_constraints
from renewals.models.base import WorkspaceForeignKey, track


@track
class RuleDraft(DraftByTwo):
    """A policy, an offer, a tree or the rules of choice on its way; `key` is that of a tree."""

    class Kind(models.TextChoices):
        """What is being changed."""

        POLICY = "policy"
        OFFER = "offer"
        TREE = "tree"
        CHOICE = "choice"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    offer = WorkspaceForeignKey("offers.Offer", null=True, related_name="drafts")
    key = models.SlugField(max_length=60, blank=True, default="", db_default="")
    based_on_number = models.PositiveIntegerField(default=0, help_text="of the version in force then; 0 for none")
    published_number = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "offer"],
                condition=Q(state__in=["draft", "waiting"], offer__isnull=False),
                name="offer_draft_one_open",
            ),
            models.UniqueConstraint(
                fields=["workspace", "kind", "key"],
                condition=Q(state__in=["draft", "waiting"]) & ~Q(kind="offer"),
                name="rule_draft_one_open",
            ),
            *draft_constraints("rule_draft"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(approver__isnull=False, published_number__isnull=False),
                name="rule_draft_published_as_something",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"], name="rule_draft_newest")]
        triggers = [
            pgtrigger.Protect(
                name="rules_change_in_draft_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__content__df=pgtrigger.F("new__content")) & ~pgtrigger.Q(old__state="draft"),
            )
        ]
