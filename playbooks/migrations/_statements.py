"""What the foundation holds beyond tables: storage of the hot tables, the question for due work, statistics of the queue."""

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

# Which accounts are strategic, of which tier and how much at risk goes together: without knowing it, the planner sorts
# thousands of lines to find the first twenty.
QUEUE_KINDS = """
CREATE STATISTICS queue_entry_kinds (dependencies, mcv) ON segment, tier, risk_band, "group" FROM playbooks_queueentry
"""

OPERATIONS = (
    migrations.RunSQL(ROOM_FOR_UPDATES, migrations.RunSQL.noop),
    migrations.RunSQL(DUE_WORKSPACES, "DROP FUNCTION playbooks_due_workspaces();"),
    migrations.RunSQL(QUEUE_KINDS, "DROP STATISTICS queue_entry_kinds"),
)
