"""Drafts of playbooks and of the selection order, with their life and their two people; selection orders in force."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.scorecards import IsNotAmong


@track
class SelectionVersion(WorkspaceModel):
    """One published selection order: which playbook for whom, first match first. The newest is in force."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="selection_version_once"),
            models.CheckConstraint(condition=~Q(published_by=""), name="selection_version_published_by"),
        ]
        triggers = [
            pgtrigger.Protect(name="published_selection_is_final", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"selection v{self.number}"


@track
class PlaybookDraft(WorkspaceModel):
    """A definition on its way. It enrols nobody; whoever had a hand in it is in `editor_ids` and cannot approve it.

    `content` holds `playbook` and `templates` as a version does (and `pilot`, if it is one), or the selection order.
    What cannot be published yet may stand in a draft; it cannot be handed in.
    """

    class Kind(models.TextChoices):
        """What is being changed."""

        PLAYBOOK = "playbook"
        SELECTION = "selection"

    class State(models.TextChoices):
        """How far it has come; `playbooks.core.editing.life` has the steps between them."""

        DRAFT = "draft"
        WAITING = "waiting"
        PUBLISHED = "published"
        REJECTED = "rejected"
        DISCARDED = "discarded"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLAYBOOK)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    playbook = WorkspaceForeignKey("playbooks.Playbook", null=True, related_name="drafts")
    based_on = WorkspaceForeignKey("playbooks.PlaybookVersion", null=True, related_name="+", db_index=False)
    based_on_selection = WorkspaceForeignKey("playbooks.SelectionVersion", null=True, related_name="+", db_index=False)
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", null=True, related_name="drafts")
    selection = WorkspaceForeignKey("playbooks.SelectionVersion", null=True, related_name="drafts", db_index=False)
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
                fields=["workspace", "playbook"],
                condition=Q(state__in=["draft", "waiting"], playbook__isnull=False),
                name="playbook_draft_one_open",
            ),
            models.UniqueConstraint(
                fields=["workspace", "kind"],
                condition=Q(state__in=["draft", "waiting"], kind="selection"),
                name="selection_draft_one_open",
            ),
            models.CheckConstraint(condition=~Q(author="") & ~Q(reason=""), name="playbook_draft_author_and_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waiting"], ended_at__isnull=True)
                | Q(state__in=["published", "rejected", "discarded"], ended_at__isnull=False),
                name="playbook_draft_ended_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "discarded"]) | (~Q(ended_reason="") & ~Q(ended_by="")),
                name="playbook_draft_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(approver__isnull=False) & (Q(version__isnull=False) | Q(selection__isnull=False))),
                name="playbook_draft_published_as_something",
            ),
            models.CheckConstraint(
                condition=IsNotAmong("approver", "editor_ids"), name="playbook_draft_approved_by_a_second_person"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"], name="playbook_draft_newest")]
        triggers = [
            pgtrigger.Protect(
                name="content_changes_in_draft_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__content__df=pgtrigger.F("new__content")) & ~pgtrigger.Q(old__state="draft"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft {self.id}"
