"""What a provider's log told after a restore, and of which message it has been told. Rows are only settled, once."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class ProviderLine(WorkspaceModel):
    """A message that left before the database was restored. Open until a message of the outbox has met it."""

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    line_key = models.CharField(max_length=250, help_text="our key, else the Message-ID without its domain")
    key = models.CharField(max_length=200, blank=True)
    local_id = models.CharField(max_length=60, blank=True, help_text="the Message-ID without its domain")
    address = models.CharField(max_length=254, help_text="in small letters")
    sent_at = models.DateTimeField()
    provider_ref = models.CharField(max_length=200, blank=True)
    is_expected = models.BooleanField(help_text="its step was ahead when the log was read")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=150)
    message = WorkspaceForeignKey("playbooks.Message", related_name="provider_lines", null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "line_key"], name="provider_line_once"),
            models.CheckConstraint(condition=~Q(key="") | ~Q(local_id=""), name="provider_line_names_a_message"),
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(settled_at__isnull=False), name="provider_line_met_is_settled"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "address"], name="provider_line_open", condition=Q(settled_at=None))
        ]

    def __str__(self) -> str:
        return self.line_key
