"""Take words or rows out of history where the law asks for it: as the database's owner, with a seal that says why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pgtrigger
from django.db import connections, models, transaction

from renewals.actions.scope import in_workspace
from renewals.actions.seals import amend, locked_progress, seal_history
from renewals.core.actors import Actor
from renewals.core.errors import Conflict, InvalidInput
from renewals.core.seals import GONE, SealKind, Span, line
from renewals.models.base import workspace_models
from renewals.queries.seals import Rows, anchors, read_canonically, read_rows, sealed_tables, shape_of, verify_history

OWNER = "owner"
TEXTS = (models.CharField, models.TextField)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Which rows of a sealed table, by id, and which of their columns are emptied; without columns the rows go."""

    table: str
    row_ids: tuple[int, ...]
    columns: tuple[str, ...] = ()


def redact_history(*, order: Redaction, why: str, by: Actor, now: datetime) -> int:
    """Empty or delete rows of history, and add the seal that says who did it and why; returns how many rows.

    What is not sealed yet is sealed first. Raises InvalidInput for a table, row or column that it cannot be done to or
    without a reason, Conflict while the history does not verify: a redaction must not cover up a change. Then nothing
    is changed. It needs the owner's connection: the application has no right to change history.
    """
    emptied = _emptied(order)
    seal_history(by=by, now=now)
    with in_workspace(by.workspace_id, by=by, why=why):
        verdict = verify_history(by.workspace_id, anchor=anchors().get(by.workspace_id))
    if verdict.breaks:
        raise Conflict(f"The history does not verify: {verdict.breaks[0]}.", remedy="Find out why first.")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT set_config('perennial.workspace', %s, true)", [str(by.workspace_id)])
        progress = locked_progress(by.workspace_id, using=OWNER)
        _check_sealed(order, high=progress.highs.get(order.table, 0))
        with pgtrigger.ignore(*_protections(order.table), databases=[OWNER]):
            cursor.execute(_statement(order, emptied), [by.workspace_id, list(order.row_ids)])
        if cursor.rowcount != len(order.row_ids):
            raise InvalidInput(f"Not all of these rows are in {order.table} of this workspace.", where="rows")
        amend(kind=SealKind.REDACTED, parts=[_lines(order, by.workspace_id)], why=why, by=by, now=now, using=OWNER)
    seal_history(by=by, now=now)
    return len(order.row_ids)


def _model(table: str) -> type[models.Model]:
    return next(model for model in workspace_models() if model._meta.db_table == table)


def _emptied(order: Redaction) -> list[str]:
    """Return the assignments; raises InvalidInput for what cannot be emptied."""
    if order.table not in sealed_tables():
        raise InvalidInput(f"{order.table} is no table of history.", where="table")
    if not order.row_ids or len(set(order.row_ids)) != len(order.row_ids):
        raise InvalidInput("Name the rows by their ids, each once.", where="rows")
    fields = {field.column: field for field in _model(order.table)._meta.concrete_fields}
    return [f'"{name}" = {_empty(fields.get(name), name)}' for name in order.columns]


def _empty(field: models.Field | None, name: str) -> str:
    if field is None or field.primary_key or field.is_relation:
        raise InvalidInput(f"There is no column {name} that can be emptied.", where="columns")
    if field.null:
        return "NULL"
    if isinstance(field, models.JSONField):
        return "'{}'::jsonb"
    if isinstance(field, TEXTS):
        return "''"
    raise InvalidInput(f"{name} cannot be empty.", where="columns", remedy="Delete the rows instead.")


def _check_sealed(order: Redaction, *, high: int) -> None:
    if max(order.row_ids) > high:
        raise Conflict("Not all of these rows are sealed yet: somebody is at work.", remedy="Try again in a minute.")


def _protections(table: str) -> Sequence[str]:
    model = _model(table)
    return [f"{model._meta.label}:append_only"] if hasattr(model, "pgh_tracked_model") else []


def _statement(order: Redaction, emptied: Sequence[str]) -> str:
    act = f'UPDATE "{order.table}" SET {", ".join(emptied)}' if emptied else f'DELETE FROM "{order.table}"'
    return f'{act} WHERE workspace_id = %s AND "{sealed_tables()[order.table]}" = ANY(%s)'


def _lines(order: Redaction, workspace_id: int) -> tuple[Span, bytes]:
    read_canonically(using=OWNER)
    ids = sorted(order.row_ids)
    wanted = Rows(table=order.table, columns=shape_of(order.table), low=ids[0] - 1, high=ids[-1], ids=ids)
    span, lines = read_rows(workspace_id, wanted, using=OWNER)
    if order.columns:
        return span, lines
    return replace(span, rows=len(ids)), b"".join(line(row_id, GONE) for row_id in ids)
