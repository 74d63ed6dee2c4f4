"""Playbooks and their published versions. A published version never changes; a correction is the next version."""

import pgtrigger
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Playbook(WorkspaceModel):
    """A playbook of one workspace; what it does stands in its newest published version."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True, help_text="whether new renewals may enter")
    priority = models.PositiveSmallIntegerField(
        default=50, db_default=50, help_text="the lower number goes first where two playbooks want the same account"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="playbook_key_once")]

    def __str__(self) -> str:
        return self.name


@track
class PlaybookVersion(WorkspaceModel):
    """One published definition, as data. Enrolments name the version they run under."""

    playbook = WorkspaceForeignKey("playbooks.Playbook", related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64)
    is_pilot = models.BooleanField(
        default=False, help_text="new enrolments take it only where its pilot condition is yes"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "playbook", "number"], name="playbook_version_once"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(published_by=""), name="playbook_version_published_by"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_version_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} v{self.number}"
