"""Runs of imports: an upload kept with its mapping, its preview and commit, and one import straight from a stream."""

import hashlib
import io
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from renewals.actions.imports.load import ImportOrder, Told, load_file
from renewals.actions.imports.rejects import keep_rejects, rejected_rows
from renewals.actions.imports.writer import KindWriter
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed, UnknownReference
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.mapping_file import read_mapping, write_mapping
from renewals.core.imports.problems import BrokenFile, problem_as_json
from renewals.core.imports.report import Counts, ImportReport, report_as_json
from renewals.core.imports.specs import KindSpec
from renewals.core.imports.suggest import suggest
from renewals.models import ImportFile, ImportRun
from renewals.queries.imports.limits import UPLOAD
from renewals.queries.imports.uploads import as_file, file_sample, kept_bytes

State = ImportRun.State
NOT_STARTED = (State.UPLOADED, State.PREVIEWED, State.FAILED)
UNFINISHED = (State.WAITING, State.RUNNING)
FOUND_OUT = Reading()


def import_stream(*, order: ImportOrder, writer: KindWriter, by: Actor, now: datetime, tell: Told) -> ImportReport:
    """Import from an open file in one transaction of the workspace; return the report with its run.

    A dry run leaves nothing behind. Raises BrokenFile and AnswersMissing, having changed nothing.
    """
    with in_workspace(by.workspace_id, by=by, why=f"import {order.file_name}", now=now):
        if order.is_dry_run:
            report = load_file(order=order, writer=writer, by=by, now=now, tell=tell)
            if order.take_reject and not report.questions:
                deque(rejected_rows(order), maxlen=0)
            return report
        run = ImportRun.objects.create(
            workspace_id=by.workspace_id,
            kind=order.mapping.kind,
            file_name=order.file_name[:200],
            file_sha256=_digest(order.stream),
            file_bytes=_size(order.stream),
            source=order.mapping.source[:60],
            mapping=write_mapping(order.mapping),
            state=State.RUNNING,
            created_by_id=by.id if by.kind == "person" else None,
            created_by_label=by.label[:150],
            created_at=now,
            started_at=now,
        )
        order = replace(order, run_id=run.id)
        report = load_file(order=order, writer=writer, by=by, now=now, tell=tell)
        keep_rejects(run_id=run.id, rows=rejected_rows(order), by=by)
        _finish(run, report, now)
        return report


def upload_import(
    *, spec: KindSpec, file_name: str, content: bytes, by: Actor, now: datetime, reading: Reading = FOUND_OUT
) -> ImportRun:
    """Keep an uploaded file with a suggested mapping; `reading` holds answers given after a first attempt.

    Raises BrokenFile for what cannot be imported at all; nothing is kept then.
    """
    sample = file_sample(content, name=file_name, reading=reading)
    found = suggest(spec, sample.head.header, sample.rows)
    with transaction.atomic():
        run = ImportRun.objects.create(
            workspace_id=by.workspace_id,
            kind=spec.name,
            file_name=file_name[:200],
            file_sha256=hashlib.sha256(content).hexdigest(),
            file_bytes=len(content),
            mapping=write_mapping(replace(found.mapping, reading=reading), comments=found.reasons),
            header=list(sample.head.header),
            created_by_id=by.id if by.kind == "person" else None,
            created_by_label=by.label[:150],
            created_at=now,
        )
        ImportFile.objects.create(workspace_id=by.workspace_id, run=run, content=content)
    return run


@transaction.atomic
def set_mapping(*, run_id: int, text: str, kinds: Mapping[str, KindSpec], by: Actor, now: datetime) -> ImportRun:
    """Keep the mapping a person chose; raises MappingRefused, or StateNotAllowed once the import has begun."""
    run = _locked(run_id, by)
    _check_state(run, NOT_STARTED, "changed")
    mapping = read_mapping(text, kinds=kinds)
    run.header = list(file_sample(kept_bytes(run), name=run.file_name, reading=mapping.reading).head.header)
    run.mapping, run.kind, run.source, run.state = text, mapping.kind, mapping.source[:60], State.UPLOADED
    run.save(update_fields=["mapping", "header", "kind", "source", "state"])
    return run


@transaction.atomic
def order_import(*, run_id: int, by: Actor, now: datetime) -> ImportRun:
    """Mark the run as waiting for a worker; a second call changes nothing. The edge then sends the task."""
    run = _locked(run_id, by)
    if run.state not in UNFINISHED:
        _check_state(run, NOT_STARTED, "imported")
        run.state = State.WAITING
        run.save(update_fields=["state"])
    return run


def preview_run(
    *, run_id: int, writers: Mapping[str, KindWriter], by: Actor, now: datetime, tell: Told
) -> ImportReport:
    """Say what a commit would do and keep that with the run; a broken file fails the preview, not the run."""
    with in_workspace(by.workspace_id, by=by, why="preview of an import", now=now):
        run = _locked(run_id, by)
        _check_state(run, (*NOT_STARTED, State.PREVIEWING), "previewed")
        with as_file(kept_bytes(run)) as stream:
            order = _order(run, stream, writers, is_dry_run=True)
            report = load_file(order=order, writer=writers[run.kind], by=by, now=now, tell=tell)
            keep_rejects(run_id=run.id, rows=() if report.questions else rejected_rows(order), by=by)
        run.report, run.state = report_as_json(report), State.PREVIEWED
        run.save(update_fields=["report", "state"])
    return report


def commit_run(
    *, run_id: int, writers: Mapping[str, KindWriter], by: Actor, now: datetime, tell: Told
) -> ImportReport | None:
    """Import an ordered run; None when it is finished already (a task that came twice). Nothing or all is written.

    A broken file, or an unanswered question, marks the run as failed and is raised again.
    """
    try:
        with in_workspace(by.workspace_id, by=by, why=f"import {run_id}", now=now):
            run = _locked(run_id, by)
            if run.state not in UNFINISHED:
                return None
            with as_file(kept_bytes(run)) as stream:
                order = _order(run, stream, writers, is_dry_run=False)
                report = load_file(order=order, writer=writers[run.kind], by=by, now=now, tell=tell)
                keep_rejects(run_id=run.id, rows=rejected_rows(order), by=by)
            _finish(run, report, now)
            return report
    except BrokenFile as error:
        fail_run(run_id=run_id, problem=error, by=by, now=now)
        raise


def fail_run(*, run_id: int, problem: BrokenFile, by: Actor, now: datetime) -> None:
    """Mark an unfinished run as failed with the reason; it may be mapped anew and ordered again."""
    with in_workspace(by.workspace_id, by=by, why="import failed"):
        ImportRun.objects.filter(id=run_id).exclude(state__in=(State.DONE, State.UNDONE)).update(
            state=State.FAILED, finished_at=now, report={"broken": problem_as_json(problem.problem)}
        )


def _finish(run: ImportRun, report: ImportReport, now: datetime) -> None:
    counts: Counts = report.counts
    run.state, run.finished_at = State.DONE, now
    run.started_at = run.started_at or now
    run.rows_read, run.created_count, run.updated_count = counts.read, counts.created, counts.updated
    run.unchanged_count, run.duplicate_count = counts.unchanged, counts.duplicate
    run.rejected_count, run.left_out_count = counts.rejected, counts.left_out
    run.report = report_as_json(report)
    run.save()


def _order(run: ImportRun, stream: BinaryIO, writers: Mapping[str, KindWriter], *, is_dry_run: bool) -> ImportOrder:
    kinds = {name: writer.spec for name, writer in writers.items()}
    mapping: ImportMapping = read_mapping(run.mapping, kinds=kinds)
    return ImportOrder(
        stream=stream,
        file_name=run.file_name,
        mapping=mapping,
        limits=UPLOAD,
        is_dry_run=is_dry_run,
        run_id=run.id,
    )


def _locked(run_id: int, by: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(id=run_id, workspace_id=by.workspace_id).first()
    if run is None:
        raise UnknownReference(f"There is no import {run_id} in this workspace.")
    return run


def _check_state(run: ImportRun, allowed: Sequence[str], verb: str) -> None:
    if run.state not in allowed:
        raise StateNotAllowed(f"This import is {run.state}; it can no longer be {verb}.")


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(stream: BinaryIO) -> int:
    return stream.seek(0, io.SEEK_END)
