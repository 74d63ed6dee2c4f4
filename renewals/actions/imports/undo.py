"""An import taken back: made rows go, replaced values return.

What was changed since, or is built upon, stays and is named.
"""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction

from renewals.actions.imports.load import Told, untold
from renewals.actions.imports.settle import accounts_of_run
from renewals.actions.imports.upsert import as_json
from renewals.actions.metrics.touch import touch_accounts
from renewals.actions.renewals import follow_terms
from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed, UnknownReference
from renewals.core.imports.report import Progress
from renewals.models import ImportChange, ImportRun
from renewals.models.base import WorkspaceModel

# Rows that others are built upon come last.
ORDER = (
    "renewals_outcome",
    "renewals_renewal",
    "renewals_milestone",
    "renewals_contactrole",
    "renewals_contact",
    "renewals_contractline",
    "renewals_termversion",
    "renewals_contract",
    "renewals_product",
    "renewals_account",
)
LEDGERS = ("renewals_touchpoint",)
LISTED = 200
State = ImportRun.State
# A superseded term comes back only when the version that took its place has gone.
_GUARDS = {
    "renewals_termversion": "AND NOT EXISTS (SELECT FROM renewals_termversion o WHERE o.contract_id = t.contract_id"
    " AND o.number = t.number AND o.superseded_at IS NULL)"
}
# Rows that hang on each other go from the leaves up, one level a round.
TREES = frozenset(("renewals_account",))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row that undo left as it is, and why: 'changed', 'used' by rows of others, or 'ledger'."""

    table_name: str
    row_id: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What undo did. `kept` lists the first rows it left alone; `kept_count` counts all."""

    removed: int
    restored: int
    signals_removed: int
    kept_count: int
    kept: tuple[KeptRow, ...]


@transaction.atomic
def order_undo(*, run_id: int, by: Actor, now: datetime) -> ImportRun:
    """Mark a finished import as waiting to be taken back by a worker; a second call changes nothing.

    Raises StateNotAllowed unless it is done, UnknownReference. The edge then wakes a worker.
    """
    run = _locked(run_id, by)
    if run.state == State.UNDOING:
        return run
    _check_done(run, (State.DONE,))
    run.state, run.undone_by_label = State.UNDOING, by.label[:150]
    run.report = run.report | {"undo_by": by.id if by.kind == "person" else None}
    run.save(update_fields=["state", "undone_by_label", "report"])
    return run


@transaction.atomic
def give_undo_up(*, run_id: int, why: str, by: Actor, now: datetime) -> None:
    """Say why an import could not be taken back; it stays as it was, and the undo may be ordered again."""
    run = _locked(run_id, by)
    if run.state == State.UNDOING:
        run.state, run.report = State.DONE, run.report | {"undo_failed": why[:300]}
        run.save(update_fields=["state", "report"])


@transaction.atomic
def undo_run(*, run_id: int, signals_removed: int, by: Actor, now: datetime, tell: Told = untold) -> UndoReport:
    """Take a finished import back, inside the workspace; raises StateNotAllowed unless it is done and not undone.

    Renewals opened since by the system for contracts of this import go with them while nobody has touched them.
    """
    run = _locked(run_id, by)
    _check_done(run, (State.DONE, State.UNDOING))
    _forget_untouched_renewals(run_id)
    removed = restored = 0
    amended = _amended_contracts(run_id)
    touch_accounts(accounts_of_run(run_id), workspace_id=by.workspace_id)
    for place, table in enumerate(ORDER):
        tell(Progress(phase="taking back", rows=removed + restored, fraction=place / len(ORDER)))
        removed += _remove_all(run_id, table)
        restored += _restore(run_id, table)
    follow_terms(contract_ids=amended, by=by, now=now)
    kept = _kept(run_id)
    run.state, run.undone_at, run.undone_by_label = State.UNDONE, now, by.label[:150]
    report = UndoReport(
        removed=removed, restored=restored, signals_removed=signals_removed, kept_count=len(kept), kept=kept[:LISTED]
    )
    run.report = run.report | {"undo": {"removed": removed, "restored": restored, "kept": len(kept)}}
    run.save(update_fields=["state", "undone_at", "undone_by_label", "report"])
    return report


def _locked(run_id: int, by: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(id=run_id, workspace_id=by.workspace_id).first()
    if run is None:
        raise UnknownReference(f"There is no import {run_id} in this workspace.")
    return run


def _check_done(run: ImportRun, allowed: tuple[str, ...]) -> None:
    if run.state not in allowed:
        raise StateNotAllowed(f"This import is {run.state}; only a finished one can be undone.")


def _amended_contracts(run_id: int) -> list[int]:
    """Return the known contracts whose terms or lines this run changed; their open renewals follow them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.contract_id FROM renewals_importchange c JOIN renewals_termversion t ON t.id = c.row_id"
            " WHERE c.run_id = %s AND c.table_name = 'renewals_termversion' AND c.action = 'updated'"
            " UNION SELECT l.contract_id FROM renewals_importchange c JOIN renewals_contractline l ON l.id = c.row_id"
            " WHERE c.run_id = %s AND c.table_name = 'renewals_contractline'",
            [run_id, run_id],
        )
        return [row[0] for row in cursor.fetchall()]


def _restore(run_id: int, table: str) -> int:
    """Put back what an update replaced, where the row still says what the import put there."""
    restored = 0
    for names in _column_sets(run_id, table, ImportChange.Action.UPDATED):
        sets = ", ".join(f"{name} = r.{name}" for name in names)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH done AS (UPDATE {table} t SET {sets} FROM renewals_importchange c,"
                f" jsonb_populate_record(NULL::{table}, c.before) r WHERE c.run_id = %s AND c.table_name = %s"
                f" AND c.action = 'updated' AND t.id = c.row_id AND {as_json(names)} = c.after {_GUARDS.get(table, '')}"
                " RETURNING t.id)"
                " DELETE FROM renewals_importchange c USING done WHERE c.run_id = %s AND c.table_name = %s"
                " AND c.row_id = done.id",
                [run_id, table, run_id, table],
            )
            restored += cursor.rowcount
    return restored


def _remove_all(run_id: int, table: str) -> int:
    removed = found = _remove(run_id, table)
    while found and table in TREES:
        found = _remove(run_id, table)
        removed += found
    return removed


def _remove(run_id: int, table: str) -> int:
    """Delete made rows that still say what the import put there and that nothing else refers to."""
    removed = 0
    for names in _column_sets(run_id, table, ImportChange.Action.CREATED):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH done AS (DELETE FROM {table} t USING renewals_importchange c WHERE c.run_id = %s"
                f" AND c.table_name = %s AND c.action = 'created' AND t.id = c.row_id AND {as_json(names)} = c.after"
                f" {_unused(table)} RETURNING t.id)"
                " DELETE FROM renewals_importchange c USING done WHERE c.run_id = %s AND c.table_name = %s"
                " AND c.row_id = done.id",
                [run_id, table, run_id, table],
            )
            removed += cursor.rowcount
    return removed


def _column_sets(run_id: int, table: str, action: str) -> list[list[str]]:
    """Return the different sets of columns that the changes of this table name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ARRAY(SELECT jsonb_object_keys(after)) FROM renewals_importchange"
            " WHERE run_id = %s AND table_name = %s AND action = %s",
            [run_id, table, action],
        )
        return [row[0] for row in cursor.fetchall()]


def _unused(table: str) -> str:
    """Return the condition that no row refers to `t`."""
    conditions = []
    for model in apps.get_models():
        if not issubclass(model, WorkspaceModel) or hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.concrete_fields:
            target = field.related_model._meta.db_table if field.related_model else ""
            if target == table:
                conditions.append(
                    f"AND NOT EXISTS (SELECT FROM {model._meta.db_table} u WHERE u.{field.column} = t.id)"
                )
    return " ".join(conditions)


def _forget_untouched_renewals(run_id: int) -> None:
    """Delete open renewals of contracts this run made, where nobody has done anything with them yet.

    Notices that were only planned go first; a renewal that stays after all is planned again by the sweep.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM renewals_notice n USING renewals_renewal t, renewals_importchange c
            WHERE n.renewal_id = t.id AND c.run_id = %s AND c.table_name = 'renewals_contract'
            AND c.action = 'created' AND t.contract_id = c.row_id AND t.stage = 'upcoming'
            AND t.updated_at = t.created_at AND n.sent_on IS NULL
            AND NOT EXISTS (SELECT FROM renewals_noticeproof p WHERE p.notice_id = n.id)""",
            [run_id],
        )
        cursor.execute(
            f"""DELETE FROM renewals_renewal t USING renewals_importchange c WHERE c.run_id = %s
            AND c.table_name = 'renewals_contract' AND c.action = 'created' AND t.contract_id = c.row_id
            AND t.stage = 'upcoming' AND t.updated_at = t.created_at {_unused("renewals_renewal")}""",
            [run_id],
        )


def _kept(run_id: int) -> tuple[KeptRow, ...]:
    """Return what is left of the changes: rows changed since, or in use, or in a ledger."""
    found = []
    left = ImportChange.objects.filter(run_id=run_id).order_by("table_name", "row_id")
    for table, row_id, action in left.values_list("table_name", "row_id", "action"):
        why = "ledger" if table in LEDGERS else "used or changed" if action == "created" else "changed"
        found.append(KeptRow(table_name=table, row_id=row_id, why=why))
    return tuple(found)
