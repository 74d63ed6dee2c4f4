"""What commands, tasks and pages call: import, preview, commit and undo, with what has to follow each."""

from datetime import datetime

from renewals.actions.imports.load import ImportOrder, Told, untold
from renewals.actions.imports.runs import commit_run, import_stream, preview_run
from renewals.actions.imports.settle import settle_imports
from renewals.actions.imports.undo import UndoReport, undo_run
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.imports.report import ImportReport, Progress
from signals.actions.imports.registry import all_writers
from signals.actions.intake import withdraw_batch


def import_file(*, order: ImportOrder, by: Actor, now: datetime, tell: Told) -> ImportReport:
    """Import from an open file and settle the accounts it touched; see `import_stream` for errors."""
    report = import_stream(order=order, writer=all_writers()[order.mapping.kind], by=by, now=now, tell=tell)
    _settle(report, by, now, tell)
    return report


def preview_import(*, run_id: int, by: Actor, now: datetime, tell: Told) -> ImportReport:
    """Say what committing this upload would do."""
    return preview_run(run_id=run_id, writers=all_writers(), by=by, now=now, tell=tell)


def commit_import(*, run_id: int, by: Actor, now: datetime, tell: Told) -> ImportReport | None:
    """Import an ordered upload; None when that has been done already."""
    report = commit_run(run_id=run_id, writers=all_writers(), by=by, now=now, tell=tell)
    if report is not None:
        _settle(report, by, now, tell)
    return report


def undo_import(*, run_id: int, by: Actor, now: datetime, tell: Told = untold) -> UndoReport:
    """Take an import back: rows it made go, values it replaced return, unless they were changed since."""
    with in_workspace(by.workspace_id, by=by, why=f"undo import {run_id}"):
        signals = withdraw_batch(workspace_id=by.workspace_id, batch_id=run_id, by=by, now=now)
        return undo_run(run_id=run_id, signals_removed=signals, by=by, now=now, tell=tell)


def _settle(report: ImportReport, by: Actor, now: datetime, tell: Told) -> None:
    """Give the accounts of a finished import their segments and renewals; repeating it changes nothing."""
    if report.run_id is not None and not report.is_dry_run:
        tell(Progress(phase="opening renewals", rows=report.counts.read))
        settle_imports(by=by, now=now)
