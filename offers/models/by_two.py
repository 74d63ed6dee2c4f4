"""What every kind of rule has that two people change: its drafts with their life, and its published versions.

Each kind keeps tables of its own; which rows may stand beside one another is said there.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceModel
from signals.models.scorecards import IsNotAmong


class PublishedVersion(WorkspaceModel):
    """One published version of something, as data; the newest is in force."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)

    class Meta:
        abstract = True


class DraftByTwo(WorkspaceModel):
    """A draft on its way. Whoever had a hand in it is in `editor_ids` and cannot approve it.

    `content` is the plain table that a version stores, right or wrong; what has problems cannot be handed in.
    """

    class State(models.TextChoices):
        """How far it has come; the app of each kind has the steps between them."""

        DRAFT = "draft"
        WAITING = "waiting"
        PUBLISHED = "published"
        REJECTED = "rejected"
        DISCARDED = "discarded"

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
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
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} draft {self.id}"


def draft_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for every table of drafts: by whom and why, ended with time and reason, by a second person."""
    is_open = Q(state__in=["draft", "waiting"], ended_at__isnull=True)
    is_over = Q(state__in=["published", "rejected", "discarded"], ended_at__isnull=False)
    has_why = ~Q(state__in=["rejected", "discarded"]) | (~Q(ended_reason="") & ~Q(ended_by=""))
    return [
        models.CheckConstraint(condition=~Q(author="") & ~Q(reason=""), name=f"{name}_author_and_reason"),
        models.CheckConstraint(condition=is_open | is_over, name=f"{name}_ended_with_time"),
        models.CheckConstraint(condition=has_why, name=f"{name}_ended_with_reason"),
        models.CheckConstraint(
            condition=IsNotAmong("approver", "editor_ids"), name=f"{name}_approved_by_a_second_person"
        ),
    ]
