"""What an account is, apart from what happens to it: facts that make accounts similar and are no reason for a worry.

Term, tenure, size and segment say with whom a renewal is compared; use, support, payments, prices say why it differs.
"""

from collections.abc import Iterable

from signals.core.learning.frame import Column
from signals.core.learning.meanings import HAPPENINGS
from signals.core.learning.wording import words_of

HORIZON = "days_to_renewal"
STANDING = frozenset({"contract", "account", "attribute"})
CHANGE = frozenset({"change", "changes", "changed", "uplift", "increase"})


def context_of(columns: Iterable[Column]) -> frozenset[str]:
    """Return the names of the columns that say what an account is.

    None in a table without renewals in time: there every column is all that is known, and so a reason.
    """
    known = tuple(columns)
    if all(column.name != HORIZON for column in known):
        return frozenset()
    return frozenset(column.name for column in known if column.family in STANDING and not _tells_of_change(column))


def _tells_of_change(column: Column) -> bool:
    return column.meaning in HAPPENINGS or not CHANGE.isdisjoint(words_of(column.name))
