"""An uploaded file between its upload and its import: read in another way, ordered for preview, put away.

The rows themselves are judged and written in `load`; here nothing but the run and its kept bytes changes.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from renewals.actions.imports.runs import NOT_STARTED
from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed, UnknownReference
from renewals.core.imports.mapping import Reading
from renewals.core.imports.mapping_file import write_mapping
from renewals.core.imports.specs import KindSpec
from renewals.core.imports.suggest import suggest
from renewals.models import ImportFile, ImportRun
from renewals.queries.imports.uploads import file_sample, kept_bytes

State = ImportRun.State
IMPORTED = (State.DONE, State.UNDONE)


@transaction.atomic
def read_again(*, run_id: int, spec: KindSpec, reading: Reading, by: Actor, now: datetime) -> ImportRun:
    """Suggest a mapping anew for a file that is read in another way: another sheet, encoding or separator.

    Raises BrokenFile when it cannot be read like that, and StateNotAllowed once the import has begun.
    """
    run = _untouched(run_id, by, "read again")
    sample = file_sample(kept_bytes(run), name=run.file_name, reading=reading)
    suggestion = suggest(spec, sample.head.header, sample.rows)
    run.header, run.kind, run.state = list(sample.head.header), spec.name, State.UPLOADED
    run.mapping = write_mapping(replace(suggestion.mapping, reading=reading), comments=suggestion.reasons)
    run.report = {}
    run.save(update_fields=["header", "kind", "state", "mapping", "report"])
    return run


@transaction.atomic
def order_preview(*, run_id: int, by: Actor, now: datetime) -> ImportRun:
    """Mark the run as waiting for its preview; a second call changes nothing. The edge then wakes a worker."""
    run = _locked(run_id, by)
    if run.state != State.PREVIEWING:
        _check_not_started(run, "previewed")
        run.state, run.report = State.PREVIEWING, {}
        run.save(update_fields=["state", "report"])
    return run


@transaction.atomic
def discard_upload(*, run_id: int, by: Actor, now: datetime) -> str:
    """Delete an upload that has not been imported, with its file; return the file's name."""
    run = _untouched(run_id, by, "discarded")
    name = run.file_name
    run.delete()
    return name


@transaction.atomic
def forget_imported_files(*, by: Actor, now: datetime) -> int:
    """Delete the bytes of files that have been imported; their refused rows stay with the run. Returns how many."""
    deleted, _ = ImportFile.objects.filter(run__state__in=IMPORTED).delete()
    return deleted


def _untouched(run_id: int, by: Actor, verb: str) -> ImportRun:
    run = _locked(run_id, by)
    _check_not_started(run, verb)
    return run


def _locked(run_id: int, by: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(id=run_id, workspace_id=by.workspace_id).first()
    if run is None:
        raise UnknownReference(f"There is no import {run_id} in this workspace.")
    return run


def _check_not_started(run: ImportRun, verb: str) -> None:
    if run.state not in NOT_STARTED:
        raise StateNotAllowed(f"This import is {run.state}; it can no longer be {verb}.", remedy="Load the page again.")
