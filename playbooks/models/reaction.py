"""What came back from accounts: replies, meetings, absences, bounces, complaints, buying signals. Never changed."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Reaction(WorkspaceModel):
    """One thing an account did. `applied_at` stays empty while a pause keeps its effect waiting."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    contact = WorkspaceForeignKey("renewals.Contact", null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200, help_text="the same key is the same event, however often it is delivered")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    until_on = models.DateField(null=True, help_text="the last day it asks for: a meeting's day, the end of an absence")
    applied_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="reaction_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "reply",
                        "meeting_booked",
                        "out_of_office",
                        "bounce_hard",
                        "bounce_soft",
                        "unsubscribe",
                        "complaint",
                        "buying_signal",
                    ]
                ),
                name="reaction_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "kind", "-occurred_at"], name="reaction_account"),
            models.Index(fields=["workspace", "account"], name="reaction_waiting", condition=Q(applied_at=None)),
        ]

    def __str__(self) -> str:
        return self.kind
