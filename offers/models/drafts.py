"""Drafts of the policy, of offers, decision trees and rules of choice, with their life and their two people."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.scorecards import IsNotAmong


@track
class RuleDraft(WorkspaceModel):
    """A policy, an offer, a tree or the rules of choice on its way; `key` is that of a tree. Whoever
    had a hand in it is in `editor_ids` and cannot publish it.

    `content` is the plain table that a version stores, right or wrong; what has problems cannot be handed in.
    """

    class Kind(models.TextChoices):
        """What is being changed."""

        POLICY = "policy"
        OFFER = "offer"
        TREE = "tree"
        CHOICE = "choice"

    class State(models.TextChoices):
        """How far it has come; `offers.core.states` has the steps between them."""

        DRAFT = "draft"
        WAITING = "waiting"
        PUBLISHED = "published"
        REJECTED = "rejected"
        DISCARDED = "discarded"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    offer = WorkspaceForeignKey("offers.Offer", null=True, related_name="drafts")
    key = models.SlugField(max_length=60, blank=True, default="", db_default="")
    based_on_number = models.PositiveIntegerField(default=0, help_text="of the version in force then; 0 for none")
    published_number = models.PositiveIntegerField(null=True)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="counts the edits, so that none is overwritten unseen")
    reason = models.CharField(max_length=300)
    author = models.CharField(max_length=150)
    editor_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    edited_by = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True, help_text="why it was not published")
    ended_by = models.CharField(max_length=150, blank=True)

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
            models.CheckConstraint(condition=~Q(author="") & ~Q(reason=""), name="rule_draft_author_and_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waiting"], ended_at__isnull=True)
                | Q(state__in=["published", "rejected", "discarded"], ended_at__isnull=False),
                name="rule_draft_ended_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "discarded"]) | (~Q(ended_reason="") & ~Q(ended_by="")),
                name="rule_draft_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(approver__isnull=False, published_number__isnull=False),
                name="rule_draft_published_as_something",
            ),
            models.CheckConstraint(
                condition=IsNotAmong("approver", "editor_ids"), name="rule_draft_approved_by_a_second_person"
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

    def __str__(self) -> str:
        return f"{self.kind} draft {self.id}"
