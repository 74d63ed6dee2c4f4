"""The staging tables of one import: they live in one transaction of one connection and vanish with it.

A killed import therefore leaves nothing behind. Rows come by COPY; values are never put into SQL text.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from renewals.core.imports.judge import JudgedRow
from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import FieldType, KindSpec

_TYPES: Mapping[FieldType, str] = {
    FieldType.DATE: "date",
    FieldType.MOMENT: "timestamptz",
    FieldType.MONEY: "numeric",
    FieldType.DECIMAL: "numeric",
    FieldType.PERCENT: "numeric",
    FieldType.INTEGER: "integer",
    FieldType.BOOLEAN: "boolean",
}
_OWN = ("row_number", "fingerprint", "outcome", "attributes", "is_end_derived")
TEMPORARY = (
    "import_staged, import_problems, import_contracts, import_terms, import_versions, import_lines, import_decisions"
)
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_PLAIN_TYPES = (int, Decimal)


def create_staging(spec: KindSpec) -> None:
    """Make the empty tables `import_staged` and `import_problems` for this transaction."""
    fields = ", ".join(f'"{field.name}" {_TYPES.get(field.type, "text")}' for field in spec.fields)
    references = "".join(f', "{field.name}_ref" bigint' for field in spec.fields if field.refers_to)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TABLE IF EXISTS {TEMPORARY};"
            "CREATE TEMP TABLE import_staged (row_number integer, fingerprint bigint, outcome text, attributes jsonb,"
            f" is_end_derived boolean, {fields}{references}, target_id bigint, verdict text DEFAULT 'ok')"
            " ON COMMIT DROP;"
            "CREATE TEMP TABLE import_problems (row_number integer, code text, text text, field text, value text)"
            " ON COMMIT DROP"
        )


def join_as_sets() -> None:
    """Keep the planner from going row by row through staged rows for the rest of the transaction.

    Verdicts change after the rows were counted: it takes those with a new verdict for a single row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def count_staged() -> None:
    """Let the planner know what has been staged."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_staged")


def copy_rows(spec: KindSpec, mapped: frozenset[str], rows: Sequence[JudgedRow]) -> None:
    """Append judged rows to `import_staged`; fields that the mapping and the kind leave empty are not sent."""
    filled = mapped.union(spec.derived)
    names = [field.name for field in spec.fields if field.name in filled]
    _copy("import_staged", [*_OWN, *names], staged_lines(rows, names))


def staged_lines(rows: Sequence[JudgedRow], names: Sequence[str]) -> Iterable[str]:
    """Return the rows as lines for COPY, made a column at a time."""
    columns = [
        [str(row.number) for row in rows],
        [str(row.fingerprint) for row in rows],
        [row.outcome for row in rows],
        [copy_text(row.attributes) if row.attributes else "\\N" for row in rows],
        ["t" if row.values.get("is_end_derived") else "f" for row in rows],
        *(_column_texts([row.values.get(name) for row in rows]) for name in names),
    ]
    return map("\t".join, zip(*columns, strict=True))


def _column_texts(values: Sequence[Any]) -> list[str]:
    known: dict[Any, str] = {}
    texts = []
    for value in values:
        text = known.get(value)
        if text is None:
            text = known[value] = copy_text(value)
        texts.append(text)
    return texts


def copy_problems(problems: Iterable[Problem]) -> None:
    """Append problems to `import_problems`."""
    lines = (
        "\t".join(copy_text(part) for part in (p.row, p.code, p.text, p.column, storable(p.value)))
        for p in problems
        if p.row
    )
    _copy("import_problems", ("row_number", "code", "text", "field", "value"), lines)


def storable(text: str) -> str:
    """Return the text with a visible sign for NUL, which PostgreSQL cannot keep."""
    return text.replace("\0", "␀")


def copy_text(value: Any) -> str:
    """Return a value in COPY's text form; None is NULL."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, _PLAIN_TYPES):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)


def staged_counts() -> dict[str, int]:
    """Return how many staged rows have each verdict."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict, count(*) FROM import_staged GROUP BY 1")
        return dict(cursor.fetchall())


def all_problems(limit: int) -> Iterator[Problem]:
    """Yield the staged problems in the order of the file, refusals before warnings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_number, code, text, field, value FROM import_problems"
            " ORDER BY code LIKE 'W%%', row_number, code LIMIT %s",
            [limit],
        )
        for row, code, text, field, value in cursor.fetchall():
            yield Problem(row=row, code=code, text=text, column=field or "", value=value or "")


def problem_counts() -> dict[str, int]:
    """Return how many problems there are of each code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, count(*) FROM import_problems GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


@contextmanager
def copying(table: str, columns: Sequence[str]) -> Iterator[io.StringIO]:
    """Collect lines in the buffer and send them to the table at the end of the block."""
    buffer = io.StringIO()
    yield buffer
    if buffer.tell():
        buffer.seek(0)
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", buffer)


def _copy(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    with copying(table, columns) as buffer:
        for line in lines:
            buffer.write(line)
            buffer.write("\n")
