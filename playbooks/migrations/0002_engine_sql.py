"""Storage settings of the hot tables, and the one question that looks for due work across workspaces."""

from django.db import migrations

ROOM_FOR_UPDATES = """
ALTER TABLE playbooks_steprun SET (fillfactor = 80);
ALTER TABLE playbooks_message SET (fillfactor = 80);
ALTER TABLE playbooks_queueentry SET (fillfactor = 80);
"""

# It enters each workspace in turn, so row-level security holds inside it, and gives ids of workspaces and nothing else.
DUE_WORKSPACES = """
CREATE FUNCTION playbooks_due_workspaces() RETURNS SETOF bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    was text := coalesce(current_setting('perennial.workspace', true), '');
    one bigint;
BEGIN
    FOR one IN SELECT perennial_active_workspaces() LOOP
        PERFORM set_config('perennial.workspace', one::text, true);
        IF EXISTS (
            SELECT 1 FROM playbooks_steprun
            WHERE workspace_id = one AND state IN ('scheduled', 'claimed') AND due_at <= perennial_now()
              AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ) OR EXISTS (
            SELECT 1 FROM playbooks_message
            WHERE workspace_id = one AND state IN ('queued', 'sending') AND next_at <= perennial_now()
              AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ) THEN
            RETURN NEXT one;
        END IF;
    END LOOP;
    PERFORM set_config('perennial.workspace', was, true);
END $$;
"""


class Migration(migrations.Migration):
    """Runs on empty tables; the function is replaced by a later migration if its question changes."""

    dependencies = [("playbooks", "0001_initial")]

    operations = [
        migrations.RunSQL(
            ROOM_FOR_UPDATES,
            "ALTER TABLE playbooks_steprun RESET (fillfactor); ALTER TABLE playbooks_message RESET (fillfactor);"
            " ALTER TABLE playbooks_queueentry RESET (fillfactor);",
        ),
        migrations.RunSQL(DUE_WORKSPACES, "DROP FUNCTION playbooks_due_workspaces();"),
    ]
