"""The regular look: take what has fallen due, fix the labels that hold by now. A back-fill is asked for."""

from datetime import datetime

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from signals.actions.snapshots.build import CHUNK, take_due_snapshots
from signals.actions.snapshots.label import fix_labels


def sweep_snapshots(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Take and label chunk by chunk, each in its own transaction; return how many snapshots were kept."""
    kept = 0
    while True:
        with in_workspace(workspace_id, by=by, why="snapshots", now=now):
            taken = take_due_snapshots(workspace_id=workspace_id, by=by, now=now)
        kept += taken.kept
        if taken.due < CHUNK:
            break
    fix_all_labels(workspace_id=workspace_id, by=by, now=now)
    return kept


def fix_all_labels(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Fix all labels that hold by now, each chunk in its own transaction, and return how many."""
    fixed, after = 0, 0
    while True:
        with in_workspace(workspace_id, by=by, why="labels", now=now):
            done = fix_labels(workspace_id=workspace_id, by=by, now=now, after=after)
        fixed += done.fixed
        if done.last_account_id is None:
            return fixed
        after = done.last_account_id
