"""Update many rows in one statement, with the values in a list beside the table."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg2.extras import execute_values

PAGE = 1000


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> int:
    """Write the columns `names` of rows of one model as they stand in memory; returns how many were given.

    Django's own bulk update builds a case for each row and column: ten times slower at a thousand rows.
    """
    if not rows:
        return 0
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    given = ", ".join(f'"{field.column}"' for field in fields)
    taken = ", ".join(f'"{field.column}" = v."{field.column}"::{field.db_type(connection)}' for field in fields)
    statement = (
        f'UPDATE "{meta.db_table}" AS t SET {taken} FROM (VALUES %s) AS v (row_id, {given}) WHERE t.id = v.row_id'
    )
    values = [(row.pk, *(_value(row, field) for field in fields)) for row in rows]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, statement, values, page_size=PAGE)
    return len(rows)


def _value(row: Model, field: Any) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)
