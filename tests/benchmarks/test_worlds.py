"""The worlds of the benchmarks are written by SQL: each statement names every column that must have a value."""

import re

import pytest
from django.apps import apps

from benchmarks import book, signal_world, tick

STATEMENTS = (
    *book.STATEMENTS,
    tick.PEOPLE,
    tick.TERMS,
    tick.ENROL,
    tick.BARE,
    signal_world.ACCOUNTS,
    signal_world.HISTORY,
    signal_world.FEEDS,
)
INSERTS = [found.groups() for text in STATEMENTS for found in re.finditer(r"INSERT INTO (\w+) \((.*?)\)", text, re.S)]
TABLES = {model._meta.db_table: model for model in apps.get_models()}


@pytest.mark.parametrize(("table", "listed"), INSERTS, ids=[table for table, _ in INSERTS])
def test_statement_names_every_compulsory_column_and_no_other(table: str, listed: str) -> None:
    columns = {name.strip() for name in listed.split(",")}
    fields = TABLES[table]._meta.local_fields
    compulsory = {field.column for field in fields if not (field.null or field.primary_key or field.has_db_default())}
    assert compulsory - columns == set()
    assert columns - {field.column for field in fields} == set()
