"""Documents of a contract: kept once with their bytes, refused when they are not what they say, gone with a reason."""

from datetime import timedelta

import pytest

from renewals.actions.documents import attach_document, remove_document
from renewals.core.contracts.documents import LARGEST_BYTES, check_document
from renewals.core.errors import (
    FileEmpty,
    FileKindRefused,
    FileTooLarge,
    RequiredValueMissing,
    TextNotAllowed,
    UnknownReference,
)
from renewals.models import ContractDocument, DocumentContent
from renewals.queries.contract_views import document_bytes, documents_of
from tests.renewals.build import NOW, account, contract

PDF = b"%PDF-1.7 the signed order"
LATER = NOW + timedelta(days=1)


@pytest.mark.requirement(90)
def test_document_is_kept_once_and_read_as_of_an_instant(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    first = attach_document(contract_id=made.id, name="order.pdf", content=PDF, note="Signed", by=actor, now=NOW)
    again = attach_document(contract_id=made.id, name="copy.pdf", content=PDF, by=actor, now=LATER)
    assert (first.id, first.media_type, first.size, first.attached_by) == (
        again.id,
        "application/pdf",
        len(PDF),
        "tests",
    )
    assert document_bytes(first) == PDF
    removed = remove_document(document_id=first.id, reason="Wrong account", by=actor, now=LATER)
    assert remove_document(document_id=first.id, reason="Again", by=actor, now=LATER).removal_reason == "Wrong account"
    assert (document_bytes(removed), DocumentContent.objects.count()) == (b"", 0)
    assert (documents_of(made.id), documents_of(made.id, known_at=NOW)) == ([], [first])
    assert attach_document(contract_id=made.id, name="order.pdf", content=PDF, by=actor, now=LATER).id != first.id


def test_document_of_nothing_and_removal_without_a_reason_are_refused(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    with pytest.raises(UnknownReference):
        attach_document(contract_id=10**9, name="a.pdf", content=PDF, by=actor, now=NOW)
    kept = attach_document(contract_id=made.id, name="a.pdf", content=PDF, by=actor, now=NOW)
    with pytest.raises(RequiredValueMissing):
        remove_document(document_id=kept.id, reason=" ", by=actor, now=NOW)
    with pytest.raises(UnknownReference):
        remove_document(document_id=10**9, reason="x", by=actor, now=NOW)
    assert ContractDocument.objects.get().removed_at is None


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.pdf", b"", FileEmpty),
        ("a.pdf", b"%PDF-" + bytes(LARGEST_BYTES), FileTooLarge),
        ("a.pdf", b"PK\x03\x04", FileKindRefused),
        ("a.docx", PDF, FileKindRefused),
        ("a.html", b"<script>", FileKindRefused),
        ("a.svg", b"<svg>", FileKindRefused),
        ("a.pdf.exe", b"MZ", FileKindRefused),
        ("order", PDF, FileKindRefused),
        ("", PDF, RequiredValueMissing),
        ("a\x00.pdf", PDF, TextNotAllowed),
        ("x" * 200 + ".pdf", PDF, TextNotAllowed),
    ],
)
def test_file_that_is_not_kept_is_refused(name: str, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_document(name=name, content=content)


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/order.PDF", "order.PDF"),
        ("C:\\Users\\me\\order.pdf", "order.pdf"),
        ("order\u202efdp.pdf", "orderfdp.pdf"),
    ],
)
def test_name_loses_folders_and_marks_that_turn_its_direction(name: str, tidy: str) -> None:
    assert check_document(name=name, content=PDF) == (tidy, "application/pdf")
