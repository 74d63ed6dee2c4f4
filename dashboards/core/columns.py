"""Which columns of a table a person wants to see: a word in the address, so that a kept view has it too."""

from dataclasses import replace

from dashboards.core.parts import ColumnChoice, Table

SEPARATOR = ","
NAME = "columns"


def with_columns(table: Table, wanted: str) -> Table:
    """Return the table with the columns named in `wanted`; those without a key always stay, "" keeps all."""
    keys = set(wanted.split(SEPARATOR)) if wanted else set()
    known = {column.key for column in table.columns if column.key}
    if not keys & known:
        return table
    places = [at for at, column in enumerate(table.columns) if not column.key or column.key in keys]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in places),
        rows=tuple(tuple(row[at] for at in places) for row in table.rows),
        totals=tuple(table.totals[at] for at in places) if table.totals else (),
    )


def column_choices(table: Table, wanted: str) -> tuple[ColumnChoice, ...]:
    """Return what may be ticked: every column with a key, on where it is shown."""
    shown = {column.key for column in with_columns(table, wanted).columns}
    return tuple(
        ColumnChoice(key=column.key, title=column.title, is_on=column.key in shown)
        for column in table.columns
        if column.key
    )
