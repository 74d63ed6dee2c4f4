"""Triggers that note a change of what open renewals are foreseen from, so that nobody has to read the book to see one.

One note a statement, whatever program sent it. `migrate` puts them on every model that names such columns.
"""

import pgtrigger
from django.db.models import Model

from renewals.actions.statement_triggers import after_statement

NOTE = "INSERT INTO renewals_booktouch (workspace_id) SELECT r.workspace_id FROM {source} LIMIT 1; RETURN NULL;"


def book_triggers(model: type[Model]) -> list[pgtrigger.Trigger]:
    """Return the triggers of a model: rows that come or go, and changes of `foreseen_from`; none for most models."""
    names: tuple[str, ...] = getattr(model, "foreseen_from", ())
    if not names or hasattr(model, "pgh_tracked_model"):
        return []
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in "on")
    changed = (
        "(SELECT n.workspace_id FROM old_values AS o JOIN new_values AS n USING (id)"
        f" WHERE ({old}) IS DISTINCT FROM ({new})) AS r"
    )
    return [
        after_statement("notes_book_of_new", pgtrigger.Insert, NOTE.format(source="new_values AS r")),
        after_statement("notes_book_of_changed", pgtrigger.Update, NOTE.format(source=changed)),
        after_statement("notes_book_of_gone", pgtrigger.Delete, NOTE.format(source="old_values AS r")),
    ]
