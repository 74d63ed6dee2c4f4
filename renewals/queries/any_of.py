"""Conditions on many ids: as one array, not one placeholder each, and looked up, never joined."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Lookup, QuerySet


class AnyOf(Lookup):
    """Whether an id is in an array."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `field = ANY(array)`."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*parameters, self.rhs)


def any_of(field: str, ids: Iterable[int]) -> AnyOf:
    """Return the condition that the id in `field` is one of `ids`."""
    return AnyOf(F(field), id_array(ids))


def id_array(ids: Iterable[int]) -> str:
    """Return ids as the text of an array, for `%s::bigint[]`: a list of thousands is written and read id by id."""
    return "{" + ",".join(map(str, ids)) + "}"


class AnyFound(Lookup):
    """Whether an id is among those a query finds; the right side is its statement with its values."""

    lookup_name = "any_found"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `field = ANY(ARRAY(statement))`."""
        column, parameters = self.process_lhs(compiler, connection)
        statement, values = self.rhs
        return f"{column} = ANY(ARRAY({statement}))", (*parameters, *values)


class FoundIn(AnyFound):
    """The same for many ids: joined or looked up, as the planner thinks best."""

    lookup_name = "found_in"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `field IN (statement)`."""
        column, parameters = self.process_lhs(compiler, connection)
        statement, values = self.rhs
        return f"{column} IN ({statement})", (*parameters, *values)


def any_found(field: str, rows: QuerySet[Any, Any]) -> AnyFound:
    """Return the condition that the id in `field` is one of the few that `rows` finds, each looked up by its key.

    A join may be done by reading both tables in the order of the key: renewals closed years ago among them.
    """
    return AnyFound(F(field), rows.query.sql_with_params())


def asked_once(sql: str, values: Iterable[Any], parts: Mapping[str, tuple[str, tuple[Any, ...]]]) -> tuple[str, tuple]:
    """Return a statement, with its values, that asks each of `parts` once where it stood there several times."""
    rest, first, named = list(values), list[Any](), list[str]()
    for name, (part, own) in parts.items():
        if sql.count(part) < 2:
            continue
        while part in sql:
            before, _, after = sql.partition(part)
            place = before.count("%s")
            if rest[place : place + len(own)] != list(own):
                raise ValueError(f"The part {name} does not stand in the statement with its own values.")
            del rest[place : place + len(own)]
            sql = f"{before}SELECT id FROM {name}{after}"
        named.append(f"{name}(id) AS MATERIALIZED ({part})")
        first += own
    return (f"WITH {', '.join(named)} {sql}" if named else sql), (*first, *rest)
