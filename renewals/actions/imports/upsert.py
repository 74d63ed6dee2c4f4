"""Staged rows compared with a table and written to it as sets, each change kept for the history and for undo.

An empty cell never erases a value; only columns the mapping fills are compared and written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from renewals.actions.statistics import refresh_statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, the SQL expression over the staged row `s` that fills it, and what a new row has without a value.

    `merged` is the expression for a row that exists (`t`), where it is another one. A fixed column is never changed.
    """

    name: str
    value: str
    default: str = "NULL"
    is_fixed: bool = False
    merged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table to fill from `rows` (a FROM item named s); `match` joins its rows `t` to the staged ones."""

    table: str
    match: str
    columns: tuple[Column, ...]
    rows: str = "import_staged s"
    has_times: bool = True

    @property
    def comparable(self) -> tuple[Column, ...]:
        """The columns an existing row may be changed in."""
        return tuple(column for column in self.columns if not column.is_fixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What every statement of one import needs: workspace, run, moment, who, and until when its history is complete."""

    workspace_id: int
    run_id: int
    now: datetime
    source: str
    by_label: str
    user_id: int | None = None
    observed_until: date | None = None

    def parameters(self) -> dict[str, object]:
        """Return the named parameters of the statements."""
        return {
            "workspace": self.workspace_id,
            "run": self.run_id,
            "now": self.now,
            "source": self.source,
            "by": self.by_label,
            "user": self.user_id,
            "observed_until": self.observed_until,
        }


def run_sql(statement: str, writing: Writing) -> int:
    """Run one statement with the named parameters; return the rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, writing.parameters())
        return int(cursor.rowcount)


def classify(target: Target) -> None:
    """Set the verdict of each staged row to create, update or unchanged; new rows are given their ids here.

    Ids before the insert let rows of one file refer to each other.
    """
    changed = change_condition(target.comparable)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {target.rows} SET target_id = t.id, verdict = CASE WHEN {changed} THEN 'update'"
            f" ELSE 'unchanged' END FROM {target.table} t WHERE s.verdict = 'ok' AND {target.match}"
        )
        cursor.execute(
            f"UPDATE {target.rows} SET verdict = 'create',"
            f" target_id = nextval(pg_get_serial_sequence('{target.table}', 'id')) WHERE s.verdict = 'ok'"
        )


def change_condition(columns: Sequence[Column]) -> str:
    """Return the SQL condition that a row `t` would change by the staged row `s`."""
    parts = [f"t.{column.name} IS DISTINCT FROM {_kept(column)}" for column in columns]
    return f"({' OR '.join(parts)})" if parts else "false"


def insert_rows(target: Target, writing: Writing, *, where: str = "s.verdict = 'create'") -> int:
    """Insert the staged rows for which `where` holds; return how many."""
    names = [column.name for column in target.columns]
    values = [f"coalesce({column.value}, {column.default})" for column in target.columns]
    kept = [column.name for column in target.comparable]
    times = (", created_at, updated_at", ", %(now)s, %(now)s") if target.has_times else ("", "")
    made = run_sql(
        f"WITH made AS (INSERT INTO {target.table} AS t (id, workspace_id, {', '.join(names)}{times[0]})"
        f" SELECT s.target_id, %(workspace)s, {', '.join(values)}{times[1]} FROM {target.rows} WHERE {where}"
        f" RETURNING t.id, {as_json(kept)} AS after)"
        f" {_keep('created', target.table, 'NULL::jsonb')} FROM made",
        writing,
    )
    refresh_statistics([target.table], rows=made)
    return made


def update_rows(target: Target, writing: Writing, *, where: str = "s.verdict = 'update'") -> int:
    """Change the rows that differ; return how many."""
    columns = target.comparable
    if not columns:
        return 0
    names = [column.name for column in columns]
    sets = ", ".join(f"{column.name} = {_kept(column)}" for column in columns)
    touched = ", updated_at = %(now)s" if target.has_times else ""
    condition = f"{where} AND {target.match} AND {change_condition(columns)}"
    return run_sql(
        f"WITH old AS (SELECT t.id, {as_json(names)} AS before FROM {target.table} t, {target.rows} WHERE {condition}),"
        f" made AS (UPDATE {target.table} t SET {sets}{touched} FROM {target.rows} WHERE {condition}"
        f" RETURNING t.id, {as_json(names)} AS after)"
        f" {_keep('updated', target.table, 'old.before')} FROM made JOIN old ON old.id = made.id",
        writing,
    )


def as_json(names: Sequence[str]) -> str:
    """Return the SQL expression of a row's columns as one object."""
    pairs = ", ".join(f"'{name}', t.{name}" for name in names)
    return f"jsonb_build_object({pairs})"


def kept_insert(statement: str, table: str, names: Sequence[str], writing: Writing) -> int:
    """Run an INSERT … AS t … (without RETURNING) and keep what it made for undo; return how many rows."""
    made = run_sql(
        f"WITH made AS ({statement} RETURNING t.id, {as_json(names)} AS after)"
        f" {_keep('created', table, 'NULL::jsonb')} FROM made",
        writing,
    )
    refresh_statistics([table], rows=made)
    return made


def _keep(action: str, table: str, before: str) -> str:
    return (
        "INSERT INTO renewals_importchange (workspace_id, run_id, table_name, row_id, action, before, after)"
        f" SELECT %(workspace)s, %(run)s, '{table}', made.id, '{action}', {before}, made.after"
    )


def _kept(column: Column) -> str:
    return f"coalesce({column.merged or column.value}, t.{column.name})"
