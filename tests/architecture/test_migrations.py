"""New migrations hold no lock for long on a table in use, and leave the code of the release before working.

The SQL of each migration after the baseline is read by django-migration-linter, and by three checks of ours for what it
leaves out. What stands before the baseline ran on empty tables, before the first release.
"""

import re
from collections.abc import Iterator, Sequence

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RemoveField,
    RemoveIndex,
    RenameField,
    RunPython,
    RunSQL,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser import PostgresqlAnalyser
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

BASELINE = {"renewals": 22, "signals": 27, "offers": 15, "playbooks": 29}
"""The last number of each app that is not judged. It never rises: what must break a rule stands in JUDGED."""
JUDGED: dict[tuple[str, str], dict[str, str]] = {}
"""What a new migration may do after all, by code, with the reason: (app, name) -> {code: why it is safe}."""
INSTEAD = {
    "CREATE_INDEX": "AddIndexConcurrently in a migration of its own with atomic = False",
    "CREATE_INDEX_EXCLUSIVE": "AddIndexConcurrently in a migration of its own with atomic = False",
    "DROP_INDEX": "RemoveIndexConcurrently in a migration of its own with atomic = False",
    "REINDEX": "REINDEX CONCURRENTLY with atomic = False",
    "NOT_NULL": "a column that may be null, or one with db_default: the old code does not write it",
    "DROP_COLUMN": "first a release that does not read it, then drop it; seal history anew (docs/operations.md)",
    "DROP_TABLE": "first a release that does not use it, then drop it",
    "RENAME_COLUMN": "a new column beside the old one, or only a new name in the code (db_column)",
    "RENAME_TABLE": "only a new name in the code (db_table)",
    "ALTER_COLUMN": "a new column beside the old one; a longer varchar is no rewrite: say so in JUDGED",
    "ADD_UNIQUE": "a unique index CONCURRENTLY, then the constraint USING INDEX",
    "ADD_CHECK": "AddConstraintNotValid, and ValidateConstraint in the next migration",
    "ADD_KEY": "the key NOT VALID, and VALIDATE CONSTRAINT in the next migration",
    "DATA": "a migration of its own with atomic = False that works in lots, or a task after the release",
}
SCANS = {
    "ADD_CHECK": r'ALTER TABLE (".*?") ADD CONSTRAINT .* (CHECK|EXCLUDE) ',
    "ADD_KEY": r'ALTER TABLE (".*?") ADD CONSTRAINT .* FOREIGN KEY ',
}


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The tables, outside of a transaction, as a migration without one sees them. Nothing is written."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def offences(migration: Migration, before: ProjectState) -> set[str]:
    """Return the codes of what a migration must not do to tables that were there before it."""
    statements = _sql(migration, before)
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, statements)
    made = {table for each in statements for table in re.findall(r'^CREATE TABLE (".*?")', each)}
    scanned = {
        code
        for code, pattern in SCANS.items()
        for each in statements
        for table in re.findall(pattern, each)
        if (table if isinstance(table, str) else table[0]) not in made and "NOT VALID" not in each
    }
    return {issue.code for issue in (*errors, *warnings)} | scanned | _data(migration)


def _sql(migration: Migration, before: ProjectState) -> list[str]:
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before, editor, collect_sql=True)
    said = [line for line in editor.collected_sql if not line.startswith("--")]
    return ["BEGIN;", *said] if migration.atomic else said


def _data(migration: Migration) -> set[str]:
    """Rows that are changed together with tables, or in one transaction, are locked until all of it is done."""
    of_rows = [each for each in migration.operations if _changes_rows(each)]
    return {"DATA"} if of_rows and (migration.atomic or len(of_rows) < len(migration.operations)) else set()


def _changes_rows(operation: Operation) -> bool:
    return isinstance(operation, RunPython) or (
        isinstance(operation, RunSQL)
        and re.search(r"\b(UPDATE|DELETE FROM|INSERT INTO)\b", str(operation.sql)) is not None
    )


def test_new_migrations_neither_hold_locks_nor_break_the_release_before(database: None) -> None:
    loader = MigrationLoader(None)
    found = []
    for app, name in sorted(loader.disk_migrations):
        if app not in BASELINE or int(name[:4]) <= BASELINE[app] or "squashed" in name:
            continue
        before = loader.project_state((app, name), at_end=False)
        excused = JUDGED.get((app, name), {})
        for code in sorted(offences(loader.disk_migrations[app, name], before) - excused.keys()):
            found.append(f"{app} {name}: {code}. Instead: {INSTEAD.get(code, 'read the linter on it')}")
    assert "\n".join(found) == ""


def test_baseline_covers_every_app_that_has_migrations() -> None:
    """A new app begins at nothing: it has to be named here."""
    ours = {"renewals", "signals", "offers", "playbooks", "dashboards"}
    assert {app for app, _ in MigrationLoader(None).disk_migrations if app in ours} == set(BASELINE)


@pytest.fixture
def state() -> ProjectState:
    """A table that is in use."""
    made = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("size", models.IntegerField(db_index=True)),
    ]
    CreateModel("Thing", fields, options={"indexes": [models.Index(fields=["name"], name="by_name")]}).state_forwards(
        "renewals", made
    )
    return made


SIZE = models.CheckConstraint(condition=models.Q(size__gt=0), name="has_size")
ONCE = models.UniqueConstraint(fields=["name"], name="name_once")
INDEX = models.Index(fields=["size", "name"], name="by_size")


def migration(*operations: Operation, atomic: bool = True) -> Migration:
    """A migration of these operations."""
    made = Migration("9999_next", "renewals")
    made.operations, made.atomic = list(operations), atomic
    return made


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([AddIndex("Thing", INDEX)], "CREATE_INDEX"),
        ([RemoveIndex("Thing", "by_name")], "DROP_INDEX"),
        ([AddConstraint("Thing", SIZE)], "ADD_CHECK"),
        ([AddConstraint("Thing", ONCE)], "ADD_UNIQUE"),
        ([AddField("Thing", "note", models.TextField(default=""))], "NOT_NULL"),
        ([AlterField("Thing", "size", models.BigIntegerField())], "ALTER_COLUMN"),
        ([RemoveField("Thing", "name")], "DROP_COLUMN"),
        ([RenameField("Thing", "name", "title")], "RENAME_COLUMN"),
        ([RunSQL('ALTER TABLE "a" ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c (id)', "")], "ADD_KEY"),
        ([RunPython(RunPython.noop, RunPython.noop)], "DATA"),
        ([RunSQL("UPDATE renewals_thing SET size = 1", "")], "DATA"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_locks_a_table_in_use_is_seen(
    database: None, state: ProjectState, operations: Sequence[Operation], code: str
) -> None:
    found = offences(migration(*operations), state)
    assert code in found
    assert found <= INSTEAD.keys()


@pytest.mark.parametrize(
    "made",
    [
        migration(AddIndexConcurrently("Thing", INDEX), atomic=False),
        migration(RemoveIndexConcurrently("Thing", "by_name"), atomic=False),
        migration(AddConstraintNotValid("Thing", SIZE)),
        migration(AddField("Thing", "note", models.TextField(null=True))),
        migration(AddField("Thing", "note", models.TextField(db_default=""))),
        migration(RunPython(RunPython.noop, RunPython.noop), atomic=False),
        migration(
            CreateModel(
                "Other",
                [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField(db_index=True))],
                options={"constraints": [SIZE]},
            ),
            AddIndex("Other", models.Index(fields=["size"], name="by_other_size")),
        ),
    ],
    ids=lambda made: type(made.operations[0]).__name__,
)
def test_what_is_safe_passes(database: None, state: ProjectState, made: Migration) -> None:
    assert offences(made, state) == set()


def test_constraint_is_validated_in_a_migration_of_its_own(database: None, state: ProjectState) -> None:
    AddConstraintNotValid("Thing", SIZE).state_forwards("renewals", state)
    assert offences(migration(ValidateConstraint("Thing", "has_size")), state) == set()
