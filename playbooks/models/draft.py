"""Drafts of playbooks and of the selection order, with their life and their two people; selection orders in force."""

import pgtrigger
from django.db import models
from django.db.models import Q

from offers.models.by_two import DraftByTwo, PublishedVersion, draft_constraints
from renewals.models.base import WorkspaceForeignKey, track


@track
class SelectionVersion(PublishedVersion):
    """One published selection order: which playbook for whom, first match first. The newest is in force."""

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
class PlaybookDraft(DraftByTwo):
    """A definition on its way. It enrols nobody; whoever had a hand in it is in `editor_ids` and cannot approve it.

    `content` holds `playbook` and `templates` as a version does (and `pilot`, if it is one), or the selection order.
    What cannot be published yet may stand in a draft; it cannot be handed in.
    """

    class Kind(models.TextChoices):
        """What is being changed."""

        PLAYBOOK = "playbook"
        SELECTION = "selection"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLAYBOOK)
    playbook = WorkspaceForeignKey("playbooks.Playbook", null=True, related_name="drafts")
    based_on = WorkspaceForeignKey("playbooks.PlaybookVersion", null=True, related_name="+", db_index=False)
    based_on_selection = WorkspaceForeignKey("playbooks.SelectionVersion", null=True, related_name="+", db_index=False)
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", null=True, related_name="drafts")
    selection = WorkspaceForeignKey("playbooks.SelectionVersion", null=True, related_name="drafts", db_index=False)

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
            *draft_constraints("playbook_draft"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(approver__isnull=False) & (Q(version__isnull=False) | Q(selection__isnull=False))),
                name="playbook_draft_published_as_something",
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
