"""Documents of a contract: what each is, and its bytes in a table of their own that nobody lists."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ContractDocument(WorkspaceModel):
    """A file attached to a contract. It is never replaced: a newer one is another row; one taken away says why."""

    contract = WorkspaceForeignKey("renewals.Contract", related_name="documents", db_index=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes")
    note = models.CharField(max_length=300, blank=True)
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)
    removal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contract", "digest"],
                condition=Q(removed_at__isnull=True),
                name="contract_document_once",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="contract_document_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | ~Q(removal_reason=""), name="contract_document_gone_with_reason"
            ),
        ]


class DocumentContent(WorkspaceModel):
    """The bytes of a document; kept in the database so that every web process reads them without a shared disk."""

    document = WorkspaceForeignKey("renewals.ContractDocument", on_delete=models.CASCADE, related_name="contents")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "document"], name="document_content_once")]
