"""Attach documents to contracts and take them away; nothing is ever overwritten, and what is gone says why."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.contracts.documents import check_document
from renewals.core.errors import UnknownReference
from renewals.core.text import check_line
from renewals.models import Contract, ContractDocument, DocumentContent


@transaction.atomic
def attach_document(
    *, contract_id: int, name: str, content: bytes, by: Actor, now: datetime, note: str = ""
) -> ContractDocument:
    """Keep a file with a contract and return it; the same bytes again return the one that is there.

    Raises UnknownReference and the refusals of `check_document`; then nothing is kept.
    """
    tidy, media_type = check_document(name=name, content=content)
    said = check_line(note, label="Note", longest=300)
    if Contract.objects.select_for_update().filter(id=contract_id).first() is None:
        raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
    digest = sha256(content).hexdigest()
    kept = ContractDocument.objects.filter(contract_id=contract_id, digest=digest, removed_at__isnull=True).first()
    if kept is not None:
        return kept
    made = ContractDocument.objects.create(
        workspace_id=by.workspace_id,
        contract_id=contract_id,
        name=tidy,
        media_type=media_type,
        size=len(content),
        digest=digest,
        note=said,
        attached_at=now,
        attached_by=by.label[:150],
    )
    DocumentContent.objects.create(workspace_id=by.workspace_id, document=made, content=content)
    return made


@transaction.atomic
def remove_document(*, document_id: int, reason: str, by: Actor, now: datetime) -> ContractDocument:
    """Delete the bytes of a document and keep its line with the reason; twice changes nothing.

    Raises RequiredValueMissing without a reason, UnknownReference.
    """
    said = check_line(reason, label="Reason", longest=300, is_required=True)
    row = ContractDocument.objects.select_for_update().filter(id=document_id).first()
    if row is None:
        raise UnknownReference(f"There is no document {document_id} in this workspace.")
    if row.removed_at is None:
        row.removed_at, row.removal_reason = now, said
        row.save(update_fields=["removed_at", "removal_reason"])
        DocumentContent.objects.filter(document=row).delete()
    return row
