"""Take up the imports that wait: previews and commits. The waiting row is the queue; a lost message costs a moment.

A run whose work raises is marked as failed with the reason, and never stops the others.
"""

import logging
import uuid
from datetime import datetime

from renewals.actions.imports.runs import fail_run
from renewals.actions.imports.undo import give_undo_up
from renewals.actions.imports.uploads import forget_imported_files
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.core.errors import NamedError
from renewals.core.imports.problems import BrokenFile, broken
from renewals.queries.imports.uploads import DueImport, due_imports
from signals.actions.imports.doors import commit_import, preview_import, undo_import
from signals.actions.imports.progress import progress_teller

log = logging.getLogger(__name__)


def run_due_imports(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Preview or import what waits in this workspace; return how many runs were taken up."""
    with in_workspace(workspace_id, by=by, why="imports"):
        due = due_imports()
    for each in due:
        _take_up(workspace_id, each, now)
    if due:
        with in_workspace(workspace_id, by=by, why="imported files are not kept"):
            forget_imported_files(by=by, now=now)
    return len(due)


def _take_up(workspace_id: int, due: DueImport, now: datetime) -> None:
    by = _ordered_by(workspace_id, due)
    if due.is_undo:
        _take_back(workspace_id, due, by, now)
        return
    door = preview_import if due.is_preview else commit_import
    try:
        door(run_id=due.run_id, by=by, now=now, tell=progress_teller(workspace_id, due.run_id))
    except BrokenFile as error:
        fail_run(run_id=due.run_id, problem=error, by=by, now=now)
    except NamedError as error:
        text = " ".join(part for part in (error.what, error.why, error.remedy) if part)
        fail_run(run_id=due.run_id, problem=broken(error.code, text), by=by, now=now)
    except Exception:
        incident = uuid.uuid4().hex[:8]
        log.exception("Import %s failed, incident %s", due.run_id, incident)
        text = f"The import stopped on our side (incident {incident}). Nothing was changed; try again or tell an admin."
        fail_run(run_id=due.run_id, problem=broken("E-RUN-01", text), by=by, now=now)


def _take_back(workspace_id: int, due: DueImport, by: Actor, now: datetime) -> None:
    try:
        undo_import(run_id=due.run_id, by=by, now=now, tell=progress_teller(workspace_id, due.run_id))
    except Exception as error:
        incident = uuid.uuid4().hex[:8]
        log.exception("The undo of import %s failed, incident %s", due.run_id, incident)
        why = str(error) if isinstance(error, NamedError) else f"It stopped on our side (incident {incident})."
        with in_workspace(workspace_id, by=by, why="the undo of an import failed"):
            give_undo_up(run_id=due.run_id, why=why, by=by, now=now)


def _ordered_by(workspace_id: int, due: DueImport) -> Actor:
    if due.user_id is None:
        return system_actor(workspace_id, due.label)
    return person_actor(workspace_id, due.user_id, due.label)
