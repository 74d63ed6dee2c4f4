"""Write many rows of one table in one statement. Row-level security refuses COPY, so rows travel as one JSON text."""

import json
from collections.abc import Callable, Mapping, Sequence
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
    same = {column: value for column, value in defaults.items() if column not in given}
    same |= _shared(rows, [column for column in defaults if column in given])
    own = {column: value for column, value in defaults.items() if column not in same}
    named = tuple(own)
    values = [as_json([{key: row.get(key, own[key]) for key in named} for row in rows])]
    values += [as_json(same)] if same else []
    with connection.cursor() as cursor:
        cursor.execute(f'{_insert_sql(model, named, ignore_conflicts)} RETURNING "{returning}"', values)
        return tuple(row[0] for row in cursor.fetchall())


def _shared(rows: Sequence[Row], columns: Sequence[str]) -> Row:
    """Return the columns that say the same in every one of many rows: they are written and read once."""
    first, others = rows[0], rows[1:]
    found = (key for key in columns if key in first and all(_is_same(first[key], row, key) for row in others))
    shared = {key: first[key] for key in found}
    return shared if others and len(shared) < len(columns) else {}


def _is_same(value: object, row: Row, key: str) -> bool:
    """Equal numbers of two types, and decimals, may be written differently."""
    if key not in row:
        return False
    other = row[key]
    return other is value or (type(other) is type(value) and type(value) in _ONE_SPELLING and other == value)


def as_json(value: object) -> str:
    """Return JSON with dates in ISO form and decimals as text, so that no digit is lost."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    made = _PLAIN.get(type(value))
    if made is not None:
        return made(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"{type(value).__name__} has no place in a row")


_ONE_SPELLING = frozenset({str, int, bool, datetime, date, time})
_PLAIN: Mapping[type, Callable[[Any], object]] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    Decimal: str,
}


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
