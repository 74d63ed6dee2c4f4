"""Published versions of decision trees, and their walks on renewals with every recorded answer."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from offers.models.by_two import PublishedVersion
from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class TreeVersion(PublishedVersion):
    """One published version of a decision tree; the newest of its key is in force, unless it is retired."""

    key = models.SlugField(max_length=60)
    is_active = models.BooleanField(default=True, help_text="whether new walks begin with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key", "number"], name="tree_version_once"),
            models.CheckConstraint(condition=~Q(published_by="") & ~Q(reason=""), name="tree_by_whom_and_why"),
        ]
        triggers = [pgtrigger.Protect(name="published_tree_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


@track
class TreeWalk(WorkspaceModel):
    """A walk through one version of a tree on a renewal; it is resumed, not begun twice."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="walks")
    tree = WorkspaceForeignKey("offers.TreeVersion", related_name="walks")
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal", "tree"], name="tree_walk_once_a_version")
        ]


class WalkAnswer(WorkspaceModel):
    """One answer in a walk: who, when, to which question. A question answered again is a row more."""

    append_only = True

    walk = WorkspaceForeignKey("offers.TreeWalk", related_name="answers")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=60)
    answer = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "walk", "number"], name="walk_answer_once"),
            models.CheckConstraint(condition=~Q(question="") & ~Q(answer=""), name="walk_answer_says_something"),
        ]
