"""Every column of every sealed table changed, rows deleted, swapped and put in, seals cut and forged: all is found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from renewals.actions.scope import in_workspace
from renewals.actions.seals import (
    seal_history,
)
from renewals.core.actors import Actor
from renewals.models import HistorySeal
from renewals.queries import seals as reading
from renewals.queries.seals import anchors, sealed_tables
from tests.renewals.build import NOW
from tests.renewals.seals.build import verify

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('c', 'f', 'u', 'x') ORDER BY contype <> 'f'
"""


def value(kind: str, seed: int) -> str:
    """A literal of a type; the next seed gives another one, of texts by one character."""
    last = str(seed % 10)
    known = {
        "boolean": "true" if seed % 2 else "false",
        "text": f"'{last}'",
        "date": f"date '2026-01-01' + {seed}",
        "timestamp with time zone": f"timestamptz '2026-01-01 00:00Z' + {seed} * interval '1 microsecond'",
        "time without time zone": f"time '08:00' + {seed} * interval '1 microsecond'",
        "interval": f"{seed} * interval '1 microsecond'",
        "jsonb": f"""'{{"a": [{seed}]}}'""",
        "uuid": f"md5('{seed}')::uuid",
        "bytea": f"'\\x0{last}'",
        "daterange": f"daterange('2026-01-01', date '2026-01-02' + {seed})",
        "double precision": f"{seed} / 8.0",
    }
    if kind.endswith("[]"):
        return f"ARRAY[{value(kind[:-2], seed)}]::{kind}"
    if kind.startswith("character varying"):
        return known["text"]
    if kind.startswith("numeric"):
        return f"{seed} / 100.0"
    return known.get(kind, str(seed) if kind in ("bigint", "integer", "smallint") else f"no literal of {kind}")


@pytest.fixture
def vault(by: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Actor]:
    """Three sealed rows in every table, with a number left out in the middle, as the owner and rolled back."""
    monkeypatch.setattr(reading, "MOST_BREAKS", 10_000)
    app = connections["default"]
    app.close()
    connections["default"] = connections["owner"]
    try:
        with transaction.atomic():
            with in_workspace(by.workspace_id, by=by, why="test"):
                _fill(by)
                assert seal_history(by=by, now=NOW, lot=100) == 3 * len(sealed_tables())
                yield by
            transaction.set_rollback(True)
    finally:
        connections["default"] = app


def columns() -> dict[str, list[tuple[str, str]]]:
    """Name and type of every column of the sealed tables."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [list(sealed_tables())])
        told: dict[str, list[tuple[str, str]]] = {}
        for table, name, kind in cursor.fetchall():
            told.setdefault(table, []).append((name, kind))
    return told


def _fill(by: Actor) -> None:
    tables = sealed_tables()
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [list(tables)])
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
        for table, key in tables.items():
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            draw = f"SELECT nextval(pg_get_serial_sequence('{table}', '{key}'))"
            for statement in (_insert(table, by, 1), draw, _insert(table, by, 2), _insert(table, by, 3)):
                cursor.execute(statement)


def _insert(table: str, by: Actor, seed: int, row_id: int | None = None) -> str:
    key = sealed_tables()[table]
    given = {name: value(kind, seed * 10) for name, kind in columns()[table] if name != key}
    given["workspace_id"] = str(by.workspace_id)
    if row_id is not None:
        given[key] = str(row_id)
    names = ", ".join(f'"{name}"' for name in given)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(given.values())})'


def _ids(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{sealed_tables()[table]}" FROM "{table}" ORDER BY 1')
        return [row[0] for row in cursor.fetchall()]


def _broken(by: Actor, statements: dict[str, list[str]]) -> set[tuple[str, int | None, str]]:
    """What is found after a statement for each table; afterwards everything is as before."""
    mark = transaction.savepoint()
    with connection.cursor() as cursor:
        for each in statements.values():
            for statement in each:
                cursor.execute(statement)
    told = {(each.table, each.row_id, each.found) for each in verify(by).breaks}
    transaction.savepoint_rollback(mark)
    return told


def test_change_of_any_column_of_any_table_is_found(vault: Actor) -> None:
    """One step of a number or a time, one character, one truth: in each column of each table in turn."""
    assert verify(vault).breaks == ()
    known, tables = columns(), sealed_tables()
    ids = {table: _ids(table)[1] for table in tables}
    tried = 0
    for turn in range(max(len(each) for each in known.values())):
        edits = {}
        for table, key in tables.items():
            chosen = dict(enumerate(known[table])).get(turn)
            if chosen and chosen[0] not in (key, "workspace_id"):
                name, kind = chosen
                edit = f'UPDATE "{table}" SET "{name}" = {value(kind, 21)} WHERE "{key}" = {ids[table]}'
                edits[table] = [edit]
        assert _broken(vault, edits) == {(table, ids[table], "the row was changed") for table in edits}
        tried += len(edits)
    assert tried == sum(len(each) - 2 for each in known.values()) > 1000


def test_deletion_swap_and_insertion_are_found_in_every_table(vault: Actor) -> None:
    tables = sealed_tables()
    ids = {table: _ids(table) for table in tables}
    gone = {table: [f'DELETE FROM "{table}" WHERE "{key}" = {ids[table][2]}'] for table, key in tables.items()}
    assert _broken(vault, gone) == {(table, ids[table][2], "the row is missing") for table in tables}
    swaps = {}
    for table, key in tables.items():
        one, two = ids[table][:2]
        turns = ((one, 0), (two, one), (0, two))
        swaps[table] = [f'UPDATE "{table}" SET "{key}" = {to} WHERE "{key}" = {at}' for at, to in turns]
    expected = {(table, each, "the row was changed") for table in tables for each in ids[table][:2]}
    assert _broken(vault, swaps) == expected
    put_in = {table: [_insert(table, vault, 5, row_id=ids[table][0] + 1)] for table in tables}
    late = "the row was put in after the seal"
    assert _broken(vault, put_in) == {(table, ids[table][0] + 1, late) for table in tables}


def test_seal_that_is_changed_removed_or_put_in_place_of_another_is_found(vault: Actor) -> None:
    last = HistorySeal.objects.count()
    assert last >= 4
    seal = "UPDATE renewals_historyseal SET"
    assert ("", None, "the seal was changed") in _broken(vault, {"": [f"{seal} why = 'x' WHERE number = 2"]})
    assert ("", None, "the seal was changed") in _broken(
        vault, {"": [f"{seal} lines = set_byte(lines, 9, 255 - get_byte(lines, 9)) WHERE number = 2"]}
    )
    forged = [f"{seal} former = sha256('x'), hash = sha256('y') WHERE number = 2"]
    assert ("", None, "it does not follow the seal before it") in _broken(vault, {"": forged})
    taken = _broken(vault, {"": ["DELETE FROM renewals_historyseal WHERE number = 2"]})
    assert ("", None, "missing, up to seal 2") in taken
    tail = _broken(vault, {"": [f"DELETE FROM renewals_historyseal WHERE number = {last}"]})
    assert tail == {("", None, f"missing, up to seal {last}, which stands in history-anchors.json")}


def test_chain_made_anew_does_not_hold_its_anchor_and_the_anchor_does_not_follow(vault: Actor) -> None:
    before = anchors()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM renewals_historyseal")
        cursor.execute("DELETE FROM renewals_sealprogress")
    seal_history(by=vault, now=NOW + timedelta(days=1), lot=100)
    assert [each.found for each in verify(vault).breaks] == ["it is not the seal that stands in history-anchors.json"]
    assert anchors() == before


def test_text_of_a_row_is_the_same_however_the_session_is_set(vault: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Kathmandu'; SET LOCAL IntervalStyle = 'sql_standard'")
        cursor.execute("SET LOCAL bytea_output = 'escape'; SET LOCAL extra_float_digits = 0")
    assert verify(vault).breaks == ()
