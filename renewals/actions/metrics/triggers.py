"""Triggers that `migrate` puts on the renewal: each statement notes the quarters whose figures it changes.

Whatever program sent it. Statements, not rows: a bulk load notes each of its quarters once.
"""

import pgtrigger

COUNTED = ("due_on", "closed_on", "opened_on", "currency", "target_amount", "final_amount")
"""What figures are reckoned from; a stage or an owner changes none."""


def _noting(days: str, source: str) -> str:
    """Return the statement that notes the quarters of these days."""
    return f"""
        INSERT INTO renewals_renewaltouch (workspace_id, quarter_on)
        SELECT DISTINCT workspace_id, date_trunc('quarter', day)::date
        FROM (SELECT r.workspace_id, unnest(ARRAY[{days}]) AS day FROM {source}) AS d WHERE day IS NOT NULL;
        RETURN NULL;
    """


def _fields(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in COUNTED)


CHANGED = f"old_values AS r JOIN new_values AS n USING (id) WHERE ({_fields('r')}) IS DISTINCT FROM ({_fields('n')})"

FIGURE_TRIGGERS = [
    pgtrigger.Trigger(
        name="notes_quarters_of_new",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_values"),
        func=_noting("r.due_on, r.closed_on", "new_values AS r"),
    ),
    pgtrigger.Trigger(
        name="notes_quarters_of_changed",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_values", new="new_values"),
        func=_noting("r.due_on, r.closed_on, n.due_on, n.closed_on", CHANGED),
    ),
    pgtrigger.Trigger(
        name="notes_quarters_of_gone",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_values"),
        func=_noting("r.due_on, r.closed_on", "old_values AS r"),
    ),
]
