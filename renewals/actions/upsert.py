"""Record many rows of one noun by external id: new ones inserted, changed ones updated, equal ones left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from renewals.actions.refusals import refusing_a_race
from renewals.actions.rows import update_rows

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of the rows; `ids` by external id holds all of them, `changed_ids` those created or updated."""

    created: int
    updated: int
    unchanged: int
    ids: Mapping[str, int]
    changed_ids: frozenset[int]


def upsert(
    records: QuerySet[Any],
    rows: Mapping[str, Mapping[str, Any]],
    *,
    workspace_id: int,
    now: datetime,
    defaults: Mapping[str, Any] | None = None,
) -> Recorded:
    """Write `rows` (external id -> columns; None: not said) and return what became of them.

    `records` is where the external ids are looked up: all rows of the model, or those of one account. Locks the known
    rows until the transaction ends, in the order of their ids. Raises Conflict when another call inserts the same key.
    """
    model = records.model
    known = {row.external_id: row for row in _locked(records, list(rows))}
    stamps = {"updated_at": now} if _has(model, "updated_at") else {}
    fresh = [
        model(workspace_id=workspace_id, external_id=key, **_new(model, columns, defaults or {}, now))
        for key, columns in rows.items()
        if key not in known
    ]
    with refusing_a_race(str(model._meta.verbose_name)):
        model.objects.bulk_create(fresh, batch_size=BATCH)
    changed = {key: _differences(known[key], columns) for key, columns in rows.items() if key in known}
    touched = [_apply(known[key], differences | stamps) for key, differences in changed.items() if differences]
    names = {name for differences in changed.values() for name in differences} | set(stamps)
    if touched:
        update_rows(touched, sorted(names))
    return Recorded(
        created=len(fresh),
        updated=len(touched),
        unchanged=len(rows) - len(fresh) - len(touched),
        ids={row.external_id: row.pk for row in (*known.values(), *fresh)},
        changed_ids=frozenset(row.pk for row in (*fresh, *touched)),
    )


def _locked(records: QuerySet[Any], external_ids: list[str]) -> list[Any]:
    return list(records.select_for_update().filter(external_id__in=external_ids).order_by("id"))


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _new(model: type[Model], columns: Mapping[str, Any], defaults: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    said = {name: value for name, value in columns.items() if value is not None}
    stamps = {name: now for name in ("created_at", "updated_at") if _has(model, name)}
    return {**defaults, **stamps, **said}


def _differences(row: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value is not None and getattr(row, name) != value}


def _apply(row: Any, values: Mapping[str, Any]) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row
