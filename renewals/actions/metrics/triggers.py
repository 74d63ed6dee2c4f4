"""Triggers that `migrate` puts on renewals and accounts: each statement notes the slices whose figures it changes.

Whatever program sent it. Statements, not rows: a bulk load notes each of its slices once.
"""

import pgtrigger

from renewals.actions.statement_triggers import after_statement

COUNTED = ("account_id", "due_on", "closed_on", "opened_on", "currency", "target_amount", "final_amount", "owner_id")
"""What figures of renewals are reckoned and chosen from; a stage changes none."""
CHOSEN = ("segment", "owner_id", "team_id")
"""Whose figures an account counts in."""
GONE, NEW = "old_values AS r", "new_values AS r"


def _noting_renewals(source: str, *sides: str) -> str:
    """Return the statement that notes the quarters of the renewals, with the slice of their account."""
    days = ", ".join(f"(r.{side}account_id, r.{side}{day})" for side in sides for day in ("due_on", "closed_on"))
    return f"""
        INSERT INTO renewals_slicetouch (workspace_id, quarter_on, segment, owner_id, team_id)
        SELECT DISTINCT r.workspace_id, date_trunc('quarter', v.day)::date, coalesce(a.segment, ''),
            coalesce(a.owner_id, 0), coalesce(a.team_id, 0)
        FROM {source} CROSS JOIN LATERAL (VALUES {days}) AS v (account_id, day)
        LEFT JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = v.account_id
        WHERE v.day IS NOT NULL;
        RETURN NULL;
    """


def _noting_accounts(source: str, *sides: str) -> str:
    """Return the statement that notes the slices that accounts left or came to; of all periods."""
    slices = ", ".join(f"({', '.join(f'r.{side}{name}' for name in CHOSEN)})" for side in sides)
    return f"""
        INSERT INTO renewals_slicetouch (workspace_id, segment, owner_id, team_id)
        SELECT DISTINCT r.workspace_id, v.segment, coalesce(v.owner_id, 0), coalesce(v.team_id, 0)
        FROM {source} CROSS JOIN LATERAL (VALUES {slices}) AS v (segment, owner_id, team_id);
        RETURN NULL;
    """


def _changed(names: tuple[str, ...]) -> str:
    """Return the rows of which one of these fields changed, as they are and as they were: "old_" before the name."""
    fields = ", ".join(f"o.{name} AS old_{name}, n.{name}" for name in names)
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in "on")
    return (
        f"(SELECT n.workspace_id, {fields} FROM old_values AS o JOIN new_values AS n USING (id)"
        f" WHERE ({old}) IS DISTINCT FROM ({new})) AS r"
    )


FIGURE_TRIGGERS = [
    after_statement("notes_quarters_of_new", pgtrigger.Insert, _noting_renewals(NEW, "")),
    after_statement("notes_quarters_of_changed", pgtrigger.Update, _noting_renewals(_changed(COUNTED), "", "old_")),
    after_statement("notes_quarters_of_gone", pgtrigger.Delete, _noting_renewals(GONE, "")),
]
SLICE_TRIGGERS = [
    after_statement("notes_slices_of_changed", pgtrigger.Update, _noting_accounts(_changed(CHOSEN), "", "old_")),
    after_statement("notes_slices_of_gone", pgtrigger.Delete, _noting_accounts(GONE, "")),
]
