"""What colleagues tell each other about an account, and when each of them last looked."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Comment(WorkspaceModel):
    """Words of a colleague about an account, one of its renewals or a task. A correction is another comment."""

    append_only = True

    account = WorkspaceForeignKey("renewals.Account", related_name="comments", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="comments", db_index=False)
    about = models.CharField(max_length=200, blank=True, help_text="the title of the task; empty: the account itself")
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    mentioned = ArrayField(models.BigIntegerField(), default=list, help_text="people named with an @")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(body=""), name="comment_says_something")]
        indexes = [
            models.Index(fields=["workspace", "account", "-created_at"], name="comment_account"),
            GinIndex(fields=["mentioned"], name="comment_mentioned"),
        ]


class Visit(WorkspaceModel):
    """When a person last looked at a page, and when the visit before ended: what is new is counted from there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=40, help_text="queue, or account: and its id")
    last_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user", "place"], name="visit_once_a_place")]
