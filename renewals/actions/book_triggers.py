"""Triggers that note a change of what open renewals are foreseen from, so that nobody has to read the book to see one.

One note a statement, whatever program sent it. `migrate` puts them on every model that names such columns.
"""

import pgtrigger
from django.db.models import Model

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
        _trigger("notes_book_of_new", pgtrigger.Insert, "new_values AS r"),
        _trigger("notes_book_of_changed", pgtrigger.Update, changed),
        _trigger("notes_book_of_gone", pgtrigger.Delete, "old_values AS r"),
    ]


def _trigger(name: str, operation: pgtrigger.Operation, source: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(
            old=None if operation == pgtrigger.Insert else "old_values",
            new=None if operation == pgtrigger.Delete else "new_values",
        ),
        func=NOTE.format(source=source),
    )
