"""Queries that are written down once and run again: Django takes longer to write one down than PostgreSQL to answer.

What such a query is made from must not age: who asks and which day it is, never an instant or a row that was read.
What differs from run to run has a place in it, `Given`.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, F, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from renewals.queries.any_of import AnyOf

Row = TypeVar("Row")


class Given(Expression):
    """The place of a value that is told when the query is run; the same name may stand in several places."""

    def __init__(self, name: str) -> None:
        """Name the place."""
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a placeholder, whose value is still to come."""
        return "%s", (self,)


def given_ids(field: str, name: str) -> Q:
    """Return the condition that the id in `field` is one of those that are told, none of them None."""
    return Q(AnyOf(F(field), Given(name)))


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a query is once it is written down; `converters` make values of columns."""

    rows: "QuerySet[Any, Any]"
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]
    converters: dict[int, Any]


class Written(Generic[Row]):
    """The rows of a query, which is made and written down when it is first run."""

    def __init__(self, query: "Callable[[], QuerySet[Any, Row]]") -> None:
        """Keep how the query is made; nothing is read."""
        self._query = query
        self._statement: _Statement | None = None

    def read(self, **given: object) -> list[Row]:
        """Return the rows as they are now, with `given` in their places; KeyError for a place without a value."""
        if self._statement is None:
            self._statement = _written(self._query())
        rows = self._statement.rows.all()
        compiler = _told(self._statement, given)
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]  # of this run alone
        return list(rows)

    def first(self, **given: object) -> Row | None:
        """Return the first row, None without one; for a query that asks for no more than it needs."""
        return next(iter(self.read(**given)), None)


def _written(rows: "QuerySet[Any, Any]") -> _Statement:
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        sql, values = "", ()
    columns = [column[0] for column in compiler.select or ()]
    return _Statement(rows, compiler, sql, tuple(values), compiler.get_converters(columns))


def _told(statement: _Statement, given: dict[str, object]) -> SQLCompiler:
    """Return a compiler that has nothing left to write down."""
    values = tuple(given[each.name] if isinstance(each, Given) else each for each in statement.values)
    compiler: Any = copy.copy(statement.compiler)
    compiler.connection = connections[compiler.using]
    compiler.as_sql = lambda: (statement.sql, values)
    compiler.get_converters = lambda _: statement.converters
    return compiler
