"""One file brought in: read by the child, judged row by row, staged, checked as a set, written in one transaction.

Whatever ends it early (a killed process, a lost connection, an error) leaves the database as it was.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from django.db import connection

from renewals.actions.imports import staging
from renewals.actions.imports.upsert import Writing
from renewals.actions.imports.writer import KindWriter
from renewals.actions.statistics import BOOK, refresh_statistics
from renewals.core.actors import Actor
from renewals.core.dates.instants import check_zone
from renewals.core.imports.judge import judge_rows
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.oddities import Repeats, Watcher
from renewals.core.imports.plan import FilePlan, plan_file
from renewals.core.imports.problems import AnswersMissing, Problem
from renewals.core.imports.report import LISTED_PROBLEMS, Counts, ImportReport, Oddity, Progress
from renewals.core.imports.specs import RowContext
from renewals.models import Workspace
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.opening import OpenedFile, open_file
from renewals.queries.imports.reader import FileChunk
from renewals.queries.imports.words import known_words

Told = Callable[[Progress], None]


def untold(progress: Progress) -> None:
    """Take the progress of work that nobody watches."""


TIDIED = "N-TXT-05"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What to import and how; `run_id` is the run that keeps what undo needs (0 in a dry run).

    `take_reject` is given the header once, and then each refused row; see `renewals.core.imports.export`.
    """

    stream: BinaryIO
    file_name: str
    mapping: ImportMapping
    limits: Limits
    is_dry_run: bool
    run_id: int = 0
    take_reject: Callable[..., None] | None = None


@dataclass(slots=True)
class _Tally:
    read: int = 0
    refused: int = 0
    left_out: int = 0
    tidied: int = 0


def load_file(*, order: ImportOrder, writer: KindWriter, by: Actor, now: datetime, tell: Told) -> ImportReport:
    """Stage, check and, unless it is a dry run, write the file; return the report.

    Must run inside the workspace's transaction. Raises BrokenFile, AnswersMissing; then nothing has been written.
    """
    opened = open_file(order.stream, name=order.file_name, limits=order.limits, mapping=order.mapping, spec=writer.spec)
    if opened.questions:
        if order.is_dry_run:
            return _asking(order, opened, writer)
        raise AnswersMissing(opened.questions[0].text, where=order.file_name)
    with _alone(by.workspace_id, writer.spec.name, tell):
        order = replace(order, mapping=opened.mapping)
        workspace = Workspace.objects.get(id=by.workspace_id)
        plan = plan_file(
            spec=writer.spec, mapping=order.mapping, header=opened.head.header, zone=check_zone(workspace.timezone)
        )
        context = RowContext(today=now.date(), currency=workspace.currency)
        given = {"known": known_words(order.mapping), "ruled": _ruled(order.mapping)}
        watcher = Watcher(opened.head.header, **given, repeats=Repeats(plan.read, plan.told))
        with opened.rows(order.stream, name=order.file_name, limits=order.limits) as chunks:
            tally = _stage(order, plan, chunks, context, watcher, tell)
        tell(Progress(phase="checking", rows=tally.read))
        writer.check(order.mapping)
        counts = _counts(tally)
        written = {} if order.is_dry_run else _write(order, writer, by, now, tell)
    return _report(order, opened, counts, watcher, tally, written)


def _write(order: ImportOrder, writer: KindWriter, by: Actor, now: datetime, tell: Told) -> dict[str, int]:
    tell(Progress(phase="writing", rows=0))
    writing = Writing(
        workspace_id=by.workspace_id,
        run_id=order.run_id,
        now=now,
        source=order.mapping.source or order.mapping.dataset,
        by_label=by.label[:150],
        user_id=by.id if by.kind == "person" else None,
        observed_until=_observed_until(order.mapping),
    )
    return {name: count for name, count in writer.write(writing).items() if count}


def _stage(
    order: ImportOrder,
    plan: FilePlan,
    chunks: Iterable[FileChunk],
    context: RowContext,
    watcher: Watcher,
    tell: Told,
) -> _Tally:
    tally = _Tally()
    staging.create_staging(plan.spec)
    size = max(1, os.fstat(order.stream.fileno()).st_size)
    for chunk in chunks:
        judged = judge_rows(plan, chunk.rows, chunk.numbers, context)
        staging.copy_rows(plan.spec, plan.mapping.mapped_fields, judged.rows)
        staging.copy_problems((*judged.problems, *(problem for problem, _ in chunk.bad)))
        watcher.see(chunk.rows, chunk.numbers)
        tally.read += len(chunk.rows) + len(chunk.bad)
        tally.refused += len(judged.refused) + len(chunk.bad)
        tally.left_out += judged.left_out
        tally.tidied += judged.tidied
        place = os.lseek(order.stream.fileno(), 0, os.SEEK_CUR)
        tell(Progress(phase="reading", rows=tally.read, fraction=min(1.0, place / size)))
    staging.count_staged()
    staging.join_as_sets()
    refresh_statistics(BOOK, rows=tally.read)
    return tally


@contextmanager
def _alone(workspace_id: int, kind: str, tell: Told) -> Iterator[None]:
    """Hold the lock of this workspace and kind to the end of the transaction; say so when another import has it."""
    name = f"import:{workspace_id}:{kind}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            tell(Progress(phase=f"waiting for another import of {kind}", rows=0))
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    yield


def _counts(tally: _Tally) -> Counts:
    staged = staging.staged_counts()
    return Counts(
        read=tally.read,
        created=staged.get("create", 0),
        updated=staged.get("update", 0),
        unchanged=staged.get("unchanged", 0),
        duplicate=staged.get("duplicate", 0),
        rejected=staged.get("refused", 0) + tally.refused,
        left_out=tally.left_out,
    )


def _report(
    order: ImportOrder,
    opened: OpenedFile,
    counts: Counts,
    watcher: Watcher,
    tally: _Tally,
    written: dict[str, int],
) -> ImportReport:
    problems = tuple(
        replace(problem, column=order.mapping.columns.get(problem.column, problem.column))
        for problem in staging.all_problems(LISTED_PROBLEMS)
    )
    duplicates = _duplicates(counts)
    return ImportReport(
        kind=order.mapping.kind,
        file_name=order.file_name,
        is_dry_run=order.is_dry_run,
        counts=counts,
        problems=problems,
        problem_counts=staging.problem_counts(),
        oddities=(*duplicates, *watcher.oddities()),
        notes=(*opened.notes, *_tidied(tally)),
        written=written,
        run_id=order.run_id or None,
    )


def _duplicates(counts: Counts) -> tuple[Oddity, ...]:
    if not counts.duplicate:
        return ()
    text = f"{counts.duplicate:,} rows repeat an earlier row exactly; they were counted once."
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_number FROM import_staged WHERE verdict = 'duplicate' ORDER BY 1 LIMIT 5")
        rows = tuple(row[0] for row in cursor.fetchall())
    return (Oddity(code="W-ODD-01", text=text, count=counts.duplicate, rows=rows),)


def _tidied(tally: _Tally) -> tuple[Problem, ...]:
    text = f"Blanks were tidied in {tally.tidied:,} cells."
    return (Problem(code=TIDIED, text=text),) if tally.tidied else ()


def _asking(order: ImportOrder, opened: OpenedFile, writer: KindWriter) -> ImportReport:
    return ImportReport(
        kind=writer.spec.name,
        file_name=order.file_name,
        is_dry_run=True,
        counts=Counts(),
        notes=opened.notes,
        questions=opened.questions,
    )


def _ruled(mapping: ImportMapping) -> frozenset[str]:
    """Return the columns whose dates the kind itself compares."""
    fields = ("starts_on", "ends_on", "ends_before", "started_on", "ended_on")
    return frozenset(mapping.columns[field] for field in fields if field in mapping.columns)


def _observed_until(mapping: ImportMapping) -> date | None:
    if mapping.observed_until != "last_start":
        return date.fromisoformat(mapping.observed_until) if mapping.observed_until else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(starts_on) FROM import_staged WHERE verdict NOT IN ('refused', 'duplicate')")
        latest: date | None = cursor.fetchone()[0]
    return latest
