"""Versions of the rules of scores with their life, and previews of what a draft would change. No score stands here."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.bulk import BulkModel, account_link
from signals.models.scores import RuleKind


class IsNotAmong(Func):
    """Answers whether a value is none of an array; yes for no value."""

    template = "NOT coalesce(%(expressions)s), false)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


class VersionState(models.TextChoices):
    """How far a version has come; `signals.core.editing.life` has the steps between them."""

    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"
    RETIRED = "retired"
    REJECTED = "rejected"


@track
class ScorecardVersion(WorkspaceModel):
    """One version of the rules for a score or the tiers. Once out of draft its rules never change.

    It has a number from the day it is published. Whoever had a hand in it is in `editor_ids` and cannot approve it.
    """

    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.PUBLISHED)
    number = models.PositiveIntegerField(null=True)
    definition = models.JSONField()
    based_on = WorkspaceForeignKey("signals.ScorecardVersion", null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="counts the edits, so that none is overwritten unseen")
    author = models.CharField(max_length=150)
    editor_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    edited_by = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True, help_text="why it was rejected")
    ended_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    marked_up_to = models.BigIntegerField(null=True, help_text="accounts marked so far for scoring; empty when all are")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "number"], name="scorecard_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "kind"],
                condition=Q(published_at__isnull=False, retired_at__isnull=True),
                name="scorecard_one_in_force",
            ),
            models.CheckConstraint(condition=~Q(author="") & ~Q(reason=""), name="scorecard_author_and_reason"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(published_at__isnull=False, retired_at__gte=F("published_at")),
                name="scorecard_retired_after_published",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", published_at__isnull=False, retired_at__isnull=False)
                | Q(state__in=["draft", "waiting", "rejected"], published_at__isnull=True),
                name="scorecard_state_fits_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, published_at__isnull=True)
                | Q(number__isnull=False, published_at__isnull=False),
                name="scorecard_number_when_published",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retired"]) | Q(editor_ids=[]) | Q(approver__isnull=False),
                name="scorecard_of_a_person_is_approved",
            ),
            models.CheckConstraint(
                condition=IsNotAmong("approver", "editor_ids"), name="scorecard_approved_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | (~Q(ended_reason="") & ~Q(ended_by="")),
                name="scorecard_rejected_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="rules_change_in_draft_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__definition__df=pgtrigger.F("new__definition"))
                & ~pgtrigger.Q(old__state="draft"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}" if self.number else f"{self.kind} draft {self.id}"


class ScorecardPreview(WorkspaceModel):
    """What a draft would change on the whole book, worked out by a worker in chunks; `cursor` says how far."""

    class State(models.TextChoices):
        """A due row is the queue."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    version = WorkspaceForeignKey("signals.ScorecardVersion", related_name="previews")
    revision = models.PositiveIntegerField(help_text="of the draft; a later edit makes the preview stale")
    against = WorkspaceForeignKey("signals.ScorecardVersion", related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(help_text="accounts to look at")
    done = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0, help_text="the last account looked at")
    counts = models.JSONField(default=dict, help_text="from band: to band: how many")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version", "revision"], name="scorecard_preview_once"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="scorecard_preview_done_within_total"),
        ]


class ScorecardPreviewRow(BulkModel):
    """An account (or renewal) in both bands, or tiers; equal when it stays. Empty band and no value: not scored."""

    preview = models.ForeignKey(
        "signals.ScorecardPreview", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="rows"
    )
    account = account_link()
    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    from_band = models.CharField(max_length=20, blank=True)
    to_band = models.CharField(max_length=20, blank=True)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "preview", "account"], name="preview_rows")]
