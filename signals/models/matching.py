"""Signals of accounts nobody knows yet, the names under which accounts go elsewhere, volumes per day.

A signal waits here unchanged until its account is known; then it enters like any other.
"""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class Unmatched(WorkspaceModel):
    """A signal whose account is not known. It stays after it was matched, so that it can come back."""

    source = WorkspaceForeignKey("signals.Source", related_name="unmatched")
    external_key = models.UUIDField(help_text="MD5 of the external id, else of what it says")
    account_key = models.CharField(max_length=200, help_text="the account as the source names it")
    kind = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    external_id = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    author = models.CharField(max_length=150, blank=True)
    attributes = models.JSONField(null=True)
    matched_at = models.DateTimeField(null=True)
    matched_account = WorkspaceForeignKey("renewals.Account", null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "external_key"], name="unmatched_once"),
            models.CheckConstraint(
                condition=Q(matched_at__isnull=True, matched_account__isnull=True)
                | Q(matched_at__isnull=False, matched_account__isnull=False),
                name="unmatched_or_matched",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "account_key"], name="unmatched_open", condition=Q(matched_at__isnull=True)
            ),
            models.Index(fields=["workspace", "received_at"], name="unmatched_age"),
        ]


@track
class AccountAlias(WorkspaceModel):
    """Another name of an account: the id it has in a source, or the id of an account that was folded into it.

    Without a source it holds for all of them. A live alias comes before an account of that very id.
    """

    account = WorkspaceForeignKey("renewals.Account", related_name="aliases")
    source = WorkspaceForeignKey("signals.Source", null=True, related_name="aliases")
    name = models.CharField(max_length=200)
    folded = WorkspaceForeignKey("renewals.Account", null=True, related_name="+", help_text="the account of that id")
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name", "source"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="alias_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="alias_has_a_name"),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="alias_account")]


class SourceDay(WorkspaceModel):
    """How many signals of a kind a source sent that occurred on a UTC day; counted again while the day is young."""

    source = WorkspaceForeignKey("signals.Source", related_name="days")
    kind = models.CharField(max_length=64)
    day = models.DateField()
    signals_count = models.PositiveIntegerField()
    delay_days = models.PositiveIntegerField(
        default=0, db_default=0, help_text="days after which nine in ten of them were in"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "kind", "day"], name="source_day_once")]
        indexes = [models.Index(fields=["workspace", "day"], name="source_day_day")]
