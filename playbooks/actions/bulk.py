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
    defaults, given = _defaults(model), set().union(*rows)
    named = tuple(column for column in defaults if column in given)
    # What no row says is the same for all of them, and travels once.
    same = {column: value for column, value in defaults.items() if column not in given}
    own = {column: defaults[column] for column in named}
    values = [as_json([{**own, **row} for row in rows]), *([as_json(same)] if same else [])]
    with connection.cursor() as cursor:
        cursor.execute(f'{_insert_sql(model, named, ignore_conflicts)} RETURNING "{returning}"', values)
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
    return {field.column: field.get_default() for field in _fields(model)}


@lru_cache(maxsize=256)
def _insert_sql(model: type[Model], named: tuple[str, ...], ignore_conflicts: bool) -> str:
    types = {field.column: f'"{field.column}" {field.db_type(connection)}' for field in _fields(model)}
    names = ", ".join(f'"{column}"' for column in types)
    own = ", ".join(types[column] for column in named)
    same = ", ".join(typed for column, typed in types.items() if column not in named)
    source = f"json_to_recordset(%s) AS r({own})" + (f", json_to_record(%s) AS s({same})" if same else "")
    conflict = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {names} FROM {source}{conflict}'


def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]
