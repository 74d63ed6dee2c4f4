"""The database side of workspaces: clock and door functions, row-level security, composite keys, rights, triggers.

Run by `migrate` as the owner after the migrations, for every model alike: a new table cannot be forgotten.
"""

from collections.abc import Iterator
from functools import cache

import pgtrigger
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

from renewals.actions.book_triggers import book_triggers
from renewals.actions.metrics.triggers import FIGURE_TRIGGERS, SLICE_TRIGGERS
from renewals.models import Account, Renewal
from renewals.models.base import WorkspaceForeignKey, is_append_only, workspace_models

APP_ROLE = "perennial_app"
# As a subquery it is read once a statement, and the planner cannot look it up: with the number in hand it takes a
# workspace that its statistics do not know yet for a single row, and reads whole tables once for every row it needs.
CURRENT = "(SELECT nullif(current_setting('perennial.workspace', true), '')::bigint)"

# CASE and not COALESCE, which PostgreSQL takes for leaky: under row-level security a comparison with it could not be
# looked up in an index, and a look for due steps read every step that was scheduled.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION perennial_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN nullif(current_setting('perennial.now', true), '') IS NULL THEN now()
   ELSE nullif(current_setting('perennial.now', true), '')::timestamptz END $$;
"""

# Partitions are reached through their parent alone: a right on one would go round the parent's policy.
TABLES = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
AND relnamespace = 'public'::regnamespace
"""

# The doors: across workspaces, for ids of workspaces and nothing else; and to statistics, which hold no row's content.
DOOR = """
CREATE OR REPLACE FUNCTION perennial_active_workspaces() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS $$ SELECT id FROM renewals_workspace WHERE is_active ORDER BY id $$;
CREATE OR REPLACE FUNCTION perennial_workspace_id(wanted text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS $$ SELECT id FROM renewals_workspace WHERE slug = wanted $$;
-- The planner takes a table just filled for empty, also where keys are checked row by row; only an owner may tell it.
CREATE OR REPLACE FUNCTION perennial_refresh_statistics(names text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP EXECUTE format('ANALYZE (SKIP_LOCKED) public.%I', name); END LOOP;
END $$;
REVOKE ALL ON FUNCTION perennial_refresh_statistics(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION perennial_refresh_statistics(text[]) TO {role};
ALTER TABLE renewals_workspace ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS inside ON renewals_workspace;
CREATE POLICY inside ON renewals_workspace USING (id = {current});
DROP POLICY IF EXISTS own_membership ON renewals_membership;
CREATE POLICY own_membership ON renewals_membership FOR SELECT
USING (user_id = (SELECT nullif(current_setting('perennial.user', true), '')::bigint));
"""


def prepare_functions(connection: BaseDatabaseWrapper) -> None:
    """Create the functions that migrations may use."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)


def secure_tables(connection: BaseDatabaseWrapper) -> None:
    """Bring policies, keys, grants and history triggers of all tables to what the models say; twice changes nothing."""
    _register_triggers()
    pgtrigger.install(database=connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for statement in _statements({row[0] for row in cursor.fetchall()}):
            cursor.execute(statement)


@cache
def _register_triggers() -> None:
    """Once in a process: the registry takes a second registration for another trigger of the same name."""
    pgtrigger.register(*FIGURE_TRIGGERS)(Renewal)
    pgtrigger.register(*SLICE_TRIGGERS)(Account)
    for model in workspace_models():
        if triggers := book_triggers(model):
            pgtrigger.register(*triggers)(model)


def _statements(tables: set[str]) -> Iterator[str]:
    scoped = [model for model in workspace_models() if model._meta.db_table in tables]
    names = {model._meta.db_table for model in scoped}
    yield f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}"
    for table in sorted(tables - names):
        yield _grant(table, "SELECT" if table == "django_migrations" else "SELECT, INSERT, UPDATE, DELETE")
    for model in scoped:
        yield from _isolate(model._meta.db_table)
        yield _grant(
            model._meta.db_table, "SELECT, INSERT" if is_append_only(model) else "SELECT, INSERT, UPDATE, DELETE"
        )
    for model in scoped:
        for field in model._meta.concrete_fields:
            if isinstance(field, WorkspaceForeignKey) and not hasattr(model, "pgh_tracked_model"):
                yield from _composite_key(model._meta.db_table, field)
    yield DOOR.format(current=CURRENT, role=APP_ROLE)


def _grant(table: str, rights: str) -> str:
    return f'REVOKE ALL ON "{table}" FROM {APP_ROLE}; GRANT {rights} ON "{table}" TO {APP_ROLE}'


def _isolate(table: str) -> Iterator[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS inside ON "{table}"'
    yield f'CREATE POLICY inside ON "{table}" USING (workspace_id = {CURRENT}) WITH CHECK (workspace_id = {CURRENT})'


def _composite_key(table: str, field: Field) -> Iterator[str]:
    target = field.related_model._meta.db_table
    name = f"inside_{table}_{field.column}"[:63]
    yield f'CREATE UNIQUE INDEX IF NOT EXISTS "inside_{target}" ON "{target}" (workspace_id, id)'
    yield f"""DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}') THEN
ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (workspace_id, "{field.column}")
REFERENCES "{target}" (workspace_id, id); END IF; END $$"""
