"""Tell PostgreSQL how full tables are after many rows were written, before the next statement is planned on them."""

from collections.abc import Iterable

from django.db import connection

MANY_ROWS = 1_000
BOOK = (
    "renewals_account",
    "renewals_contact",
    "renewals_contract",
    "renewals_termversion",
    "renewals_contractline",
    "renewals_renewal",
)
"""What imported rows point at."""


def refresh_statistics(tables: Iterable[str], *, rows: int = MANY_ROWS) -> None:
    """Count these tables anew if so many rows have been written that it matters.

    Keys are checked row by row with a plan made once: one made for an empty table turned 20,000 contracts into
    400 million comparisons. A table that somebody else counts at the moment is left to them.
    """
    if rows >= MANY_ROWS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT perennial_refresh_statistics(%s)", [list(tables)])
