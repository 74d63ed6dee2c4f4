"""A condition on many ids in one parameter: thousands of ids as one array, not one placeholder each."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Lookup


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
    return AnyOf(F(field), list(ids))
