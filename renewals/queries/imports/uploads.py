"""Uploaded files as they are kept: their first rows, and which of them a worker should take up."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from renewals.core.errors import UnknownReference
from renewals.core.imports.mapping import Reading
from renewals.models import ImportFile, ImportRun
from renewals.queries.imports.limits import UPLOAD
from renewals.queries.imports.opening import check_head
from renewals.queries.imports.reader import FileSample, read_head

DUE = (ImportRun.State.PREVIEWING, ImportRun.State.WAITING, ImportRun.State.RUNNING, ImportRun.State.UNDOING)
SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DueImport:
    """A run that waits for a worker: to be previewed, taken back, or else imported, in the name of who ordered it."""

    run_id: int
    is_preview: bool
    is_undo: bool
    user_id: int | None
    label: str


def due_imports() -> list[DueImport]:
    """Return the runs of this workspace that wait for a worker, oldest first, without those another one works on."""
    rows = ImportRun.objects.select_for_update(skip_locked=True).filter(state__in=DUE).order_by("id")
    return [
        DueImport(
            run_id=row.id,
            is_preview=row.state == ImportRun.State.PREVIEWING,
            is_undo=row.state == ImportRun.State.UNDOING,
            user_id=row.report.get("undo_by") if row.state == ImportRun.State.UNDOING else row.created_by_id,
            label=row.undone_by_label or row.created_by_label,
        )
        for row in rows
    ]


def kept_bytes(run: ImportRun) -> bytes:
    """Return the uploaded file; raises UnknownReference when it is no longer kept."""
    kept = ImportFile.objects.filter(run=run).first()
    if kept is None:
        raise UnknownReference("The file of this import is no longer kept.", remedy="Upload it again.")
    return bytes(kept.content)


def file_sample(content: bytes, *, name: str, reading: Reading) -> FileSample:
    """Return the header and the first rows; raises BrokenFile for a file without a usable header."""
    with as_file(content) as stream:
        sample = read_head(stream, name=name, limits=UPLOAD, reading=reading, sample=SAMPLE_ROWS)
    if not sample.head.sheets:
        check_head(sample)
    return sample


@contextmanager
def as_file(content: bytes) -> Iterator[BinaryIO]:
    """Open the bytes as a real file, because the child that reads it needs one; it has no name in any folder."""
    with tempfile.TemporaryFile(prefix="import-") as stream:
        stream.write(content)
        stream.flush()
        stream.seek(0)
        yield stream
