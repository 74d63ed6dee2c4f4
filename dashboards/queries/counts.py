"""Counts and sums that stop at a limit: a list of a million rows says "1,000+" as quickly as one of ten."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many rows, the sum of their amounts, and the ids of the first of them in the order of the rows.

    With `is_capped` there are more rows, and the sum is not known.
    """

    number: int
    amount: Decimal | None
    is_capped: bool
    first_ids: tuple[int, ...]

    @property
    def words(self) -> str:
        """Return "42" or "1,000+"."""
        return f"{self.number:,}{'+' if self.is_capped else ''}"


PartsStatement = tuple[str, tuple[Any, ...]]


def parts_statement(parts: Mapping[str, QuerySet[Any]], *, amount: str, first: Mapping[str, int]) -> PartsStatement:
    """Return the statement, with its values, that counts each part, adds up a column and takes its first ids.

    What is counted is in no order: PostgreSQL takes the first rows it finds that fit, not the first in line.
    """
    pieces, values = [], []
    for key, rows in parts.items():
        counted, its = rows.order_by().values("id", amount)[: MOST + 1].query.sql_with_params()
        ordered, theirs = rows.values("id")[: first[key]].query.sql_with_params()
        sums = f"SELECT count(*), sum(amount) FROM ({counted}) AS r(id, amount)"
        pieces.append(f"SELECT %s::text, c.*, ARRAY({ordered}) FROM ({sums}) AS c(n) WHERE n > 0")
        values += [key, *theirs, *its]
    return " UNION ALL ".join(pieces), tuple(values)


def parts_read(statement: PartsStatement) -> dict[str, Counted]:
    """Return what a statement of parts finds, in one query. Parts without a row are left out."""
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return {key: _counted(number, total, ids) for key, number, total, ids in cursor.fetchall()}


def numbers_up_to(parts: Mapping[str, QuerySet[Any]], most: int) -> dict[str, str]:
    """Return how many rows each part has, "99+" for more than `most`, in one query; empty parts are left out."""
    if not parts:
        return {}
    pieces, values = [], []
    for key, rows in parts.items():
        sql, params = rows.order_by().values("id")[: most + 1].query.sql_with_params()
        pieces.append(f"SELECT %s::text, (SELECT count(*) FROM ({sql}) AS r)")
        values += [key, *params]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(pieces), values)
        return {key: f"{min(n, most)}{'+' if n > most else ''}" for key, n in cursor.fetchall() if n}


def _counted(number: int, amount: Decimal | None, ids: list[int]) -> Counted:
    is_capped = number > MOST
    amount = None if is_capped else amount
    return Counted(number=min(number, MOST), amount=amount, is_capped=is_capped, first_ids=tuple(ids))
