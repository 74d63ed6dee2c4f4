"""The standing check of the books: every few minutes, whether each enrolment has the one open step it should have."""

import logging

from playbooks.actions.evidence import count
from playbooks.queries.invariants import broken_invariants

log = logging.getLogger(__name__)
BOOKS = "I6"


def check_books(*, workspace_id: int) -> int:
    """Name in the log what does not balance, count it for /operations/, mend nothing; returns how many."""
    broken = broken_invariants(only=BOOKS)
    for each in broken:
        told = {"workspace": workspace_id, "enrolment": each.row_id, "found": each.detail}
        log.error("The books of the engine do not balance.", extra=told)
    count((("books_unbalanced", len(broken)),))
    return len(broken)
