"""What changed a contract and what is kept of it: amendments with their three dates, documents."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from dashboards.core.contract_words import change_words
from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.queries.asker import Asker
from renewals.models import Amendment, Contract, ContractDocument
from renewals.queries.contract_views import amendments_of, documents_of

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentLine:
    """An amendment in words; `dates_href` takes the dates that are still open, empty where none is."""

    name: str
    change: str
    reason: str
    effective: DateCell
    activated: DateCell
    accepted: DateCell
    who: str
    recorded: DateCell
    dates_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A document: what it is, who attached it, where it is fetched and taken away."""

    name: str
    note: str
    size: str
    who: str
    attached: DateCell
    href: str


def amendment_lines(
    asker: Asker, row: Contract, *, known_at: datetime | None, is_seen: bool
) -> tuple[AmendmentLine, ...]:
    """Return the amendments known, the last effective first."""
    return tuple(
        _amendment(asker, each, is_seen=is_seen, may_date=known_at is None)
        for each in amendments_of(row.id, known_at=known_at)
    )


def document_lines(asker: Asker, row: Contract, *, known_at: datetime | None) -> tuple[DocumentLine, ...]:
    """Return the documents attached, the newest first."""
    return tuple(
        DocumentLine(
            name=each.name,
            note=each.note,
            size=size_words(each.size),
            who=each.attached_by,
            attached=instant_cell(each.attached_at, now=asker.now, zone=asker.workspace.timezone),
            href=f"/contracts/{row.id}/documents/{each.id}/",
        )
        for each in documents_of(row.id, known_at=known_at)
    )


def document_of(row: Contract, document_id: int) -> ContractDocument:
    """Return a document that is attached to the contract; Http404 otherwise."""
    for each in documents_of(row.id):
        if each.id == document_id:
            return each
    raise Http404


def amendment_of(row: Contract, amendment_id: int) -> Amendment:
    """Return an amendment of the contract in any version; Http404 otherwise."""
    found = Amendment.objects.filter(contract=row, id=amendment_id).first()
    if found is None:
        raise Http404
    return found


def size_words(size: int) -> str:
    """Return a number of bytes as people say it: "412 KB", "2.3 MB"."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / KILOBYTE))} KB"


def _amendment(asker: Asker, row: Amendment, *, is_seen: bool, may_date: bool) -> AmendmentLine:
    is_open = row.activated_on is None or row.accepted_on is None
    return AmendmentLine(
        name=f"Amendment {row.number}",
        change=change_words(row.items, row.clauses, is_seen=is_seen),
        reason=row.reason,
        effective=date_cell(row.effective_on, today=asker.today),
        activated=date_cell(row.activated_on, today=asker.today, missing="not yet"),
        accepted=date_cell(row.accepted_on, today=asker.today, missing="not yet"),
        who=row.recorded_by,
        recorded=instant_cell(row.recorded_at, now=asker.now, zone=asker.workspace.timezone),
        dates_href=f"/contracts/{row.contract_id}/amendments/{row.id}/dates/" if may_date and is_open else "",
    )
