"""Write many rows of one table in one statement. Row-level security refuses COPY, so rows travel as one JSON text."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Mapping[str, Any]


def insert_rows(
    model: type[Model], rows: Sequence[Row], *, returning: str = "id", ignore_conflicts: bool = False
) -> tuple[Any, ...]:
    """Insert rows given by column name; columns left out get the model's default. Returns one column of the new rows.

    With `ignore_conflicts` a row that breaks a unique key is left as it is: the key says the work was done before.
    """
    if not rows:
        return ()
    defaults = _defaults(model)
    with connection.cursor() as cursor:
        sql = f'{_insert_sql(model, ignore_conflicts)} RETURNING "{returning}"'
        cursor.execute(sql, [as_json([defaults | dict(row) for row in rows])])
        return tuple(row[0] for row in cursor.fetchall())


def as_json(value: object) -> str:
    """Return JSON with dates in ISO form and decimals as text, so that no digit is lost."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"{type(value).__name__} has no place in a row")


@lru_cache(maxsize=32)
def _defaults(model: type[Model]) -> dict[str, Any]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return {field.column: field.get_default() for field in fields}


@lru_cache(maxsize=64)
def _insert_sql(model: type[Model], ignore_conflicts: bool) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    conflict = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) SELECT {names} FROM json_to_recordset(%s) AS r({types}){conflict}'
